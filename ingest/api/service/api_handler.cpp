#include "ingest/api/service/api_handler.hpp"

#include <functional>
#include <utility>

namespace billhook::api {

namespace {

namespace asio = boost::asio;
using http::problem;
using http::problem_code;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds look_again{50};

}  // namespace

result<std::size_t, problem> api_handler::route(const http::request_head& head) const {
    const auto asked = call_of(head.method, head.target);
    if (!asked) {
        return asked.error();
    }
    return static_cast<std::size_t>(asked->kind);
}

std::optional<problem> api_handler::refuses(std::size_t, const http::request_head& head) {
    if (head.method == "GET") {
        return std::nullopt;  // it has no body, and `handle` asks at once
    }
    const auto let_in = admit(head);
    return let_in ? std::nullopt : std::optional{let_in.error()};
}

asio::awaitable<std::optional<problem>> api_handler::wait_for(log_position after) {
    const auto until = std::chrono::steady_clock::now() + with_.after_deadline;
    const auto here = co_await asio::this_coro::executor;
    asio::steady_timer pause{here};
    const std::function<bool(backends&)> question = [after](backends& of) {
        return of.state.contains(after);
    };
    for (;;) {
        const auto contained = co_await ask(with_.pool, question);
        if (!contained) {
            co_return problem{problem_code::overloaded};
        }
        if (*contained) {
            co_return std::nullopt;
        }
        if (std::chrono::steady_clock::now() >= until) {
            co_return problem{problem_code::standing_behind};
        }
        pause.expires_after(look_again);
        co_await pause.async_wait(result_of_wait);
    }
}

result<api_handler::admitted, problem> api_handler::admit(const http::request_head& head) const {
    auto asked = call_of(head.method, head.target);
    if (!asked) {
        return asked.error();
    }
    const auto after = asked->after();
    if (!after) {
        return after.error();
    }
    auto who = with_.doorman.who_asks(head, asked->organization, with_.time.now());
    if (!who) {
        return who.error();
    }
    if (asks_stripe(asked->kind)) {
        if (const auto refused = refuses_write(*who)) {
            return *refused;
        }
    }
    return admitted{*std::move(asked), *std::move(who), *after};
}

api_handler::answering api_handler::answering_of(admitted let_in, const http::request& what) const {
    const auto field = [&](const char* name) {
        return std::string(what.head.fields.first(name).value_or(""));
    };
    if (!asks_stripe(let_in.what.kind)) {
        const reading_call read{let_in.what, let_in.who, field("If-None-Match")};
        return [this, read](backends& of) { return answer_to(read, of.state, with_.plans); };
    }
    const stripe_call asked{
        let_in.what,
        let_in.who,
        what.body,
        field("Accept").find("application/json") != std::string::npos,
        std::chrono::steady_clock::now() + with_.deadline};
    return
        [this, asked](backends& of) { return answer_to(asked, of.state, of.stripe, with_.stripe); };
}

asio::awaitable<http::response> api_handler::answer(const http::request& what) {
    auto let_in = admit(what.head);
    if (!let_in) {
        co_return http::to_response(let_in.error());
    }
    if (let_in->after) {
        const auto late = co_await wait_for(*let_in->after);
        if (late) {
            co_return http::to_response(*late);
        }
    }
    auto asked = answering_of(*std::move(let_in), what);
    auto answered = co_await ask(with_.pool, std::move(asked));
    if (!answered) {
        co_return http::to_response(problem{problem_code::overloaded});
    }
    co_return std::move(*answered);
}

asio::awaitable<http::response> api_handler::handle(
    std::size_t resource,
    http::request what,
    unverified_share
) {
    const auto begun = std::chrono::steady_clock::now();
    http::response reply;
    try {
        reply = co_await answer(what);
    } catch (const store_unavailable&) {  // the news say so
        reply = http::to_response(problem{problem_code::store_unavailable});
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    with_.counted.answered(static_cast<call_kind>(resource), took.count());
    co_return reply;
}

}  // namespace billhook::api
