#include "ingest/api/service/api_handler.hpp"

#include "ingest/api/calls/cors.hpp"
#include "ingest/api/calls/openapi.hpp"

#include <functional>
#include <utility>

namespace billhook::api {

namespace {

namespace asio = boost::asio;
using http::problem;
using http::problem_code;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds look_again{50};
// Of a gate that has another answer than that of Postgres.
constexpr std::chrono::seconds patience_of_gates{1};
// Whoever asks Stripe looks at the deadline himself, and says what became of it.
constexpr std::chrono::seconds last_words{2};
// The resource of a browser's question before its request.
constexpr std::size_t preflight = static_cast<std::size_t>(last_call_kind) + 1;
constexpr std::size_t page = preflight + 1;

http::response openapi_answer() {
    http::response reply;
    reply.body = openapi_document();
    reply.more = {
        {"Cache-Control", "public, max-age=300"}
    };
    return reply;
}

// A key is begun, and forgotten if its call ends by an exception.
class begun_key {
public:
    begun_key(remembered_answers& in, keyed_call what) : in_(in), what_(std::move(what)) {}
    begun_key(const begun_key&) = delete;
    begun_key& operator=(const begun_key&) = delete;
    ~begun_key() {
        if (!ended_) {
            in_.forget(what_);
        }
    }
    void end(const http::response& answer) {
        in_.end(what_, answer);
        ended_ = true;
    }

private:
    remembered_answers& in_;
    keyed_call what_;
    bool ended_ = false;
};

}  // namespace

result<std::size_t, problem> api_handler::route(const http::request_head& head) const {
    if (with_.page != nullptr && is_of_the_page(head.target)) {
        return head.method == "GET" ? result<std::size_t, problem>{page}
                                    : problem{problem_code::method_not_allowed, "GET"};
    }
    const auto asked = call_of(head.method, head.target);
    if (asked) {
        return static_cast<std::size_t>(asked->kind);
    }
    const bool is_path = asked.error().code == problem_code::method_not_allowed;
    if (is_path && head.method == "OPTIONS") {
        return preflight;
    }
    return asked.error();
}

void api_handler::add_to_refusal(const http::request_head& head, http::response& to) const {
    add_cors(to, head, with_.cors_origins);
}

std::optional<problem> api_handler::refuses(std::size_t resource, const http::request_head& head) {
    if (head.method == "GET" || resource == preflight) {
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
        const auto contained = co_await ask(with_.pool, question, deadline());
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

reading_call api_handler::reading_of(admitted let_in, const http::request& what) const {
    return {
        std::move(let_in.what),
        std::move(let_in.who),
        std::string(what.head.fields.first("If-None-Match").value_or("")),
        deadline()};
}

api_handler::answering api_handler::answering_of(admitted let_in, const http::request& what) const {
    if (!asks_stripe(let_in.what.kind)) {
        return [this, read = reading_of(std::move(let_in), what)](backends& of) {
            return answer_to(read, of, with_.stripe);
        };
    }
    const auto accepts = what.head.fields.first("Accept").value_or("");
    const stripe_call asked{
        std::move(let_in.what),
        std::move(let_in.who),
        what.body,
        accepts.find("application/json") != accepts.npos,
        deadline()};
    return
        [this, asked](backends& of) { return answer_to(asked, of.state, of.stripe, with_.stripe); };
}

asio::awaitable<http::response> api_handler::answer_gate(call asked) {
    const auto& whose = *asked.organization;
    const auto now = std::chrono::steady_clock::now();
    const auto otherwise = with_.away.recall(whose, asked.name, now);
    if (otherwise && with_.news.away()) {
        look_for_postgres(now);
        co_return gate_answer(*otherwise);
    }
    const auto until = otherwise ? now + patience_of_gates : deadline();
    std::function<std::optional<gate>(backends&)> question =
        [whose, feature = asked.name](backends& of) { return of.state.ask_gate(whose, feature); };
    std::optional<std::optional<gate>> told;
    try {
        told = co_await ask(with_.pool, std::move(question), until);
    } catch (const store_unavailable&) {  // the news say so
        if (!otherwise) {
            throw;
        }
        give_up_overdue();
    }
    if (!told) {
        co_return otherwise ? gate_answer(*otherwise)
                            : http::to_response(problem{problem_code::overloaded});
    }
    if (!*told) {
        co_return http::to_response(problem{problem_code::unknown_feature});
    }
    with_.away.remember(whose, **told, now);
    co_return gate_answer(**told);
}

bool api_handler::give_up_overdue() {
    const auto half = std::chrono::steady_clock::now() - with_.deadline / 2;
    return with_.pool.give_up(half) || with_.news.away();
}

void api_handler::look_for_postgres(std::chrono::steady_clock::time_point now) {
    if (!with_.news.asks_again(now)) {
        return;
    }
    // If too many wait, one of them finds out.
    static_cast<void>(with_.pool.submit([](backends& of) {
        try {
            of.state.check();
        } catch (const store_unavailable&) {  // the news say so
        }
    }));
}

asio::awaitable<http::response> api_handler::ask_of_store(
    admitted let_in,
    const http::request& what
) {
    const auto until = asks_stripe(let_in.what.kind) ? deadline() + last_words : deadline();
    auto waiting = let_in.what.kind == call_kind::standing
                       ? with_.standings.ask(reading_of(std::move(let_in), what))
                       : ask(with_.pool, answering_of(std::move(let_in), what), until);
    auto answered = co_await std::move(waiting);
    if (!answered) {
        co_return http::to_response(problem{problem_code::overloaded});
    }
    co_return std::move(*answered);
}

asio::awaitable<http::response> api_handler::answer_now(
    admitted let_in,
    const http::request& what
) {
    if (let_in.after) {
        const auto late = co_await wait_for(*let_in.after);
        if (late) {
            co_return http::to_response(*late);
        }
    }
    auto waiting = let_in.what.kind == call_kind::can ? answer_gate(std::move(let_in.what))
                                                      : ask_of_store(std::move(let_in), what);
    co_return co_await std::move(waiting);
}

asio::awaitable<http::response> api_handler::answer_once(
    admitted let_in,
    const http::request& what
) {
    const auto key = keyed_call_from(what, *let_in.what.organization);
    if (!key) {
        co_return http::to_response(key.error());
    }
    if (!*key) {
        co_return co_await answer_now(std::move(let_in), what);
    }
    auto before = with_.remembered.begin(**key, std::chrono::steady_clock::now());
    if (before) {
        co_return std::move(*before);
    }
    begun_key mine{with_.remembered, **key};
    auto reply = co_await answer_now(std::move(let_in), what);
    mine.end(reply);
    co_return reply;
}

asio::awaitable<http::response> api_handler::answer(const http::request& what) {
    auto let_in = admit(what.head);
    if (!let_in) {
        co_return http::to_response(let_in.error());
    }
    if (!asks_stripe(let_in->what.kind)) {
        co_return co_await answer_now(*std::move(let_in), what);
    }
    const auto now = std::chrono::steady_clock::now();
    if (const auto wait = with_.often.refuses(*let_in->what.organization, now)) {
        auto refused = http::to_response(problem{problem_code::rate_limited});
        refused.retry_after = *wait;
        co_return refused;
    }
    if (what.head.method == "GET") {
        co_return co_await answer_now(*std::move(let_in), what);
    }
    co_return co_await answer_once(*std::move(let_in), what);
}

asio::awaitable<http::response> api_handler::handle(
    std::size_t resource,
    http::request what,
    unverified_share
) {
    const auto begun = std::chrono::steady_clock::now();
    http::response reply;
    if (resource == preflight) {
        const auto asked = call_of(what.head.method, what.head.target);
        reply = preflight_answer(asked.error().allow);
        add_cors(reply, what.head, with_.cors_origins);
        co_return reply;
    }
    if (resource == page) {
        reply = with_.page->answer(what.head);
        add_cors(reply, what.head, with_.cors_origins);
        co_return reply;
    }
    const auto kind = static_cast<call_kind>(resource);
    if (kind == call_kind::openapi) {
        reply = openapi_answer();
    } else {
        try {
            reply = co_await answer(what);
        } catch (const store_overdue&) {
            const bool is_store = give_up_overdue();
            reply = http::to_response(problem{
                is_store ? problem_code::store_unavailable : problem_code::overloaded});
        } catch (const store_unavailable&) {  // the news say so
            reply = http::to_response(problem{problem_code::store_unavailable});
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    with_.counted.answered(kind, took.count());
    add_cors(reply, what.head, with_.cors_origins);
    co_return reply;
}

}  // namespace billhook::api
