#include "ingest/server/session.hpp"

#include "ingest/http/framing.hpp"
#include "ingest/server/request_parser.hpp"
#include "schemas/types/internet_date.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace billhook {

namespace {

using boost::asio::awaitable;
using http::problem;
using http::problem_code;

// What reading came to. `gone`: there is nobody to answer.
struct arrival {
    arrival() = default;
    explicit arrival(progress so_far) : reached(so_far) {}
    explicit arrival(problem what) : refused(what) {}

    progress reached = progress::needs_more;
    std::optional<problem> refused;
    std::size_t resource = 0;  // of the handler; means something once the request is whole
    [[nodiscard]] bool gone() const { return !refused && reached == progress::needs_more; }
};

// What must be known to read a request, and what it holds meanwhile.
struct reading {
    connection& with;
    const session_context& context;
    request_parser parser;
    unverified_share held;
};

// Waits until the request may bring so many bytes, all of them: bodies that come in by halves would
// wait for each other.
awaitable<arrival> make_room(reading& of, const unverified_claim& claim) {
    of.held = {};
    of.held = of.context.admitted.unverified().ask(claim, of.with.executor());
    if (!of.held.is_in()) {
        of.with.begin(phase::in_line);
        const auto outcome = co_await of.with.wait_for(of.held.place());
        if (outcome == waited::late) {
            co_return arrival{problem{problem_code::overloaded}};
        }
        if (outcome == waited::gone) {
            co_return arrival{};
        }
    }
    co_return arrival{progress::head};
}

// Reads until the parser has reached something. Nothing at all before the deadline is no request.
awaitable<arrival> read_on(reading& of) {
    for (;;) {
        const auto outcome = co_await of.with.read_some();
        if (outcome == waited::late) {
            co_return arrival{problem{problem_code::request_timeout}};
        }
        if (outcome == waited::gone) {
            co_return arrival{};
        }
        const auto reached = of.parser.read(of.with.buffer());
        if (!reached) {
            co_return arrival{reached.error()};
        }
        if (*reached != progress::needs_more) {
            co_return arrival{*reached};
        }
    }
}

awaitable<bool> first_byte(connection& with, const session_context& context) {
    if (with.buffer().size() == 0) {
        with.shrink();
        with.begin(phase::idle);
        with.set_deadline(context.bounds.idle);
        const auto outcome = co_await with.read_some();
        co_return outcome == waited::done;
    }
    // Who sent many requests at once has them answered one a turn: everybody else's comes between.
    co_await boost::asio::post(with.executor(), boost::asio::use_awaitable);
    co_return !with.stopping();
}

// What a good header says of its request.
struct announcement {
    std::size_t resource = 0;
    std::size_t body_bytes = 0;  // at most; of a chunked one whatever it may have
    bool is_chunked = false;
    bool expects_continue = false;
};

result<announcement, problem> examine(
    const http::request_head& head,
    const session_context& context
) {
    const auto how = http::framing_of(head);
    if (!how) {
        return how.error();
    }
    const auto resource = context.handler.route(head);
    if (!resource) {
        return resource.error();
    }
    if (const auto refused = http::refuses_body(head, *how, context.bounds.body_bytes)) {
        return *refused;
    }
    if (const auto refused = context.handler.refuses(*resource, head)) {
        return *refused;
    }
    return announcement{
        .resource = *resource,
        .body_bytes = how->chunked ? context.bounds.body_bytes
                                   : static_cast<std::size_t>(how->content_length.value_or(0)),
        .is_chunked = how->chunked,
        .expects_continue = how->expects_continue};
}

// A header that came whole with the first read takes no room; any other is asked to.
awaitable<arrival> receive_head(reading& of) {
    of.with.begin(phase::header);
    of.with.set_deadline(of.context.bounds.header);
    const auto reached = of.parser.read(of.with.buffer());
    if (!reached) {
        co_return arrival{reached.error()};
    }
    if (*reached != progress::needs_more) {
        co_return arrival{*reached};
    }
    const unverified_claim claim{
        unverified_kind::header,
        of.context.proxies.client_of(of.with.peer()),
        unfinished_header_bytes(of.context.bounds)};
    auto arrived = co_await make_room(of, claim);
    if (arrived.reached == progress::head) {
        of.with.begin(phase::header, claim);
        arrived = co_await read_on(of);
    }
    co_return arrived;
}

awaitable<arrival> receive_body(reading& of, const announcement& told) {
    of.with.set_deadline(of.context.bounds.body);
    const bool none_came = of.with.buffer().size() == 0;
    const auto reached = of.parser.read(of.with.buffer());
    if (!reached) {
        co_return arrival{reached.error()};
    }
    if (*reached != progress::needs_more) {
        co_return arrival{*reached};
    }
    const bool is_small = told.body_bytes <= of.context.bounds.small_body;
    const unverified_claim claim{
        is_small ? unverified_kind::small_body : unverified_kind::large_body,
        of.context.proxies.client_of(of.with.peer(), of.parser.head().fields),
        told.body_bytes};
    auto arrived = co_await make_room(of, claim);
    if (arrived.reached != progress::head) {
        co_return arrived;
    }
    if (told.expects_continue && none_came) {
        of.with.begin(phase::answer);
        std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto outcome = co_await of.with.write(std::move(go_on));
        if (outcome != waited::done) {
            co_return arrival{};
        }
    }
    if (!told.is_chunked) {
        of.parser.expect(told.body_bytes);
    }
    of.with.begin(phase::body, claim);
    arrived = co_await read_on(of);
    co_return arrived;
}

awaitable<arrival> receive(reading& of) {
    auto arrived = co_await receive_head(of);
    if (arrived.reached != progress::head) {
        co_return arrived;
    }
    of.held = {};
    const auto announced = examine(of.parser.head(), of.context);
    if (!announced) {
        co_return arrival{announced.error()};
    }
    arrived = co_await receive_body(of, *announced);
    arrived.resource = announced->resource;
    co_return arrived;
}

struct answer {
    http::response what;
    std::exception_ptr failure;
};

awaitable<answer> answer_to(std::size_t resource, reading& of) {
    answer given;
    try {
        auto request = of.parser.take_request();
        auto& handler = of.context.handler;
        given.what = co_await handler.handle(resource, std::move(request), std::move(of.held));
    } catch (...) {
        given.failure = std::current_exception();
        given.what = http::to_response(problem{problem_code::internal_error});
    }
    co_return given;
}

// A wrong signature closes the connection as one that is refused before its body does: whoever
// forges sees no difference.
bool lets_live(const http::response& what) {
    return what.problem != problem_code::bad_signature;
}

std::string text_of(const http::response& what, http::wire how, const clock& time) {
    const auto now = std::chrono::floor<std::chrono::seconds>(time.now());
    const auto date = internet_date(now, "GMT");
    how.date = date;
    return http::to_text(what, how);
}

}  // namespace

awaitable<void> serve(connection& with, const session_context& context) {
    for (std::size_t count = 1;; ++count) {
        const bool some = co_await first_byte(with, context);
        if (!some) {
            co_return;
        }
        reading request{with, context, request_parser{context.bounds}, {}};
        const auto arrived = co_await receive(request);
        if (arrived.gone()) {
            co_return;
        }
        http::wire how;
        answer given;
        with.begin(phase::answer);
        auto& parser = request.parser;
        how.header_only = parser.head().method == "HEAD";
        if (arrived.refused) {
            how.keep_alive = false;
            request.held = {};
            given.what = http::to_response(*arrived.refused);
            context.handler.add_to_refusal(parser.head(), given.what);
        } else {
            how.keep_alive = parser.wants_keep_alive() && parser.head().version == 11 &&
                             count < context.bounds.requests_per_connection;
            given = co_await answer_to(arrived.resource, request);
            how.keep_alive =
                how.keep_alive && !given.failure && !with.stopping() && lets_live(given.what);
        }
        context.counted.answered(given.what);
        with.set_deadline(context.bounds.write);
        auto text = text_of(given.what, how, context.time);
        const auto sent = co_await with.write(std::move(text));
        if (given.failure) {
            std::rethrow_exception(given.failure);
        }
        if (sent != waited::done) {
            co_return;
        }
        if (!how.keep_alive) {
            co_await with.close_gently(context.bounds.linger);
            co_return;
        }
    }
}

}  // namespace billhook
