#include "ingest/server/session.hpp"

#include "ingest/http/framing.hpp"
#include "ingest/server/request_parser.hpp"
#include "schemas/types/internet_date.hpp"

#include <boost/asio/buffer.hpp>

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

// Reads until the parser has reached something. Nothing at all before the deadline is no request.
awaitable<arrival> read_on(connection& with, request_parser& parser, bool in_body) {
    for (;;) {
        const auto reached = parser.read(with.buffer());
        if (!reached) {
            co_return arrival{reached.error()};
        }
        if (*reached != progress::needs_more) {
            co_return arrival{*reached};
        }
        const auto outcome = co_await with.read_some(in_body);
        if (outcome == waited::late) {
            co_return arrival{problem{problem_code::request_timeout}};
        }
        if (outcome == waited::gone) {
            co_return arrival{};
        }
    }
}

awaitable<bool> first_byte(connection& with, const session_context& context) {
    if (with.buffer().size() == 0) {
        with.shrink();
        with.set_deadline(context.bounds.idle, true);
        const auto outcome = co_await with.read_some(false);
        co_return outcome == waited::done;
    }
    co_return !with.stopping();
}

// What a good header says of its request.
struct announcement {
    std::size_t resource = 0;
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
    return announcement{*resource, how->expects_continue};
}

awaitable<arrival> receive(
    connection& with,
    request_parser& parser,
    const session_context& context
) {
    with.set_deadline(context.bounds.header);
    auto arrived = co_await read_on(with, parser, false);
    if (arrived.reached != progress::head) {
        co_return arrived;
    }
    const auto announced = examine(parser.head(), context);
    if (!announced) {
        co_return arrival{announced.error()};
    }
    with.set_deadline(context.bounds.body);
    if (announced->expects_continue && with.buffer().size() == 0) {
        std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto outcome = co_await with.write(std::move(go_on));
        if (outcome != waited::done) {
            co_return arrival{};
        }
    }
    arrived = co_await read_on(with, parser, true);
    arrived.resource = announced->resource;
    co_return arrived;
}

struct answer {
    http::response what;
    std::exception_ptr failure;
};

awaitable<answer> answer_to(
    std::size_t resource,
    request_parser& parser,
    const session_context& context
) {
    answer given;
    try {
        auto request = parser.take_request();
        auto held = parser.take_reservation();
        given.what = co_await context.handler.handle(resource, std::move(request), std::move(held));
    } catch (...) {
        given.failure = std::current_exception();
        given.what = http::to_response(problem{problem_code::internal_error});
    }
    co_return given;
}

}  // namespace

awaitable<void> serve(connection& with, const session_context& context) {
    for (std::size_t count = 1;; ++count) {
        const bool some = co_await first_byte(with, context);
        if (!some) {
            co_return;
        }
        request_parser parser{context.bounds, context.admitted};
        const auto arrived = co_await receive(with, parser, context);
        if (arrived.gone()) {
            co_return;
        }
        http::wire how;
        answer given;
        how.header_only = parser.head().method == "HEAD";
        if (arrived.refused) {
            how.keep_alive = false;
            given.what = http::to_response(*arrived.refused);
        } else {
            how.keep_alive = parser.wants_keep_alive() && parser.head().version == 11 &&
                             count < context.bounds.requests_per_connection;
            given = co_await answer_to(arrived.resource, parser, context);
            how.keep_alive = how.keep_alive && !given.failure && !with.stopping();
        }
        context.counted.answered(given.what);
        const auto now = std::chrono::floor<std::chrono::seconds>(context.time.now());
        const auto date = internet_date(now, "GMT");
        how.date = date;
        with.set_deadline(context.bounds.write);
        auto text = http::to_text(given.what, how);
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
