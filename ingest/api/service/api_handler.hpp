#pragma once

#include "ingest/api/access/authority.hpp"
#include "ingest/api/calls/away_gates.hpp"
#include "ingest/api/calls/billing_page.hpp"
#include "ingest/api/calls/rates.hpp"
#include "ingest/api/calls/remembered.hpp"
#include "ingest/api/calls/target.hpp"
#include "ingest/api/service/blocking_pool.hpp"
#include "ingest/api/service/reading_calls.hpp"
#include "ingest/api/service/standing_desk.hpp"
#include "ingest/api/service/writing_calls.hpp"
#include "ingest/server/request_handler.hpp"
#include "schemas/io/process/clock.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace billhook::api {

// What the handlers of all threads share; outlives them.
struct api_context {
    authority& doorman;
    blocking_pool& pool;
    standing_desk& standings;
    away_gates& away;
    store_news& news;
    const api_metrics& counted;
    const clock& time;
    stripe_side stripe;
    std::chrono::milliseconds deadline;
    std::chrono::milliseconds after_deadline;
    rates& often;
    remembered_answers& remembered;
    const std::vector<std::string>& cors_origins;
    const billing_page* page;  // nullptr: none is served
};

// A request -> its call -> who asks -> what he may -> the answer, made on the pool.
class api_handler final : public request_handler {
public:
    explicit api_handler(const api_context& with) : with_(with) {}

    // The resource is the call_kind, `preflight`, or `page`.
    [[nodiscard]] result<std::size_t, http::problem> route(const http::request_head& head
    ) const override;
    // Of a write, who asks: so that a stranger's body is not read.
    [[nodiscard]] std::optional<http::problem> refuses(
        std::size_t resource,
        const http::request_head& head
    ) override;
    void add_to_refusal(const http::request_head& head, http::response& to) const override;
    boost::asio::awaitable<http::response> handle(
        std::size_t resource,
        http::request what,
        unverified_share held
    ) override;

private:
    using answering = std::function<http::response(backends&)>;
    struct admitted {
        call what;
        caller who;
        std::optional<log_position> after;
    };
    // Of a call that comes now.
    [[nodiscard]] std::chrono::steady_clock::time_point deadline() const {
        return std::chrono::steady_clock::now() + with_.deadline;
    }
    [[nodiscard]] result<admitted, http::problem> admit(const http::request_head& head) const;
    [[nodiscard]] reading_call reading_of(admitted let_in, const http::request& what) const;
    [[nodiscard]] answering answering_of(admitted let_in, const http::request& what) const;
    // Of a call that Postgres or Stripe answers, by the desk or the pool.
    boost::asio::awaitable<http::response> ask_of_store(admitted let_in, const http::request& what);
    boost::asio::awaitable<http::response> answer(const http::request& what);
    // Of a call that was let in; under its key, if it has one.
    boost::asio::awaitable<http::response> answer_once(admitted let_in, const http::request& what);
    boost::asio::awaitable<http::response> answer_now(admitted let_in, const http::request& what);
    // From Postgres; while that is away, as away_gates has it.
    boost::asio::awaitable<http::response> answer_gate(call asked);
    // What Postgres has not answered for half a deadline it will not answer: others may be heard.
    // Says whether it was Postgres for which a call has waited too long.
    bool give_up_overdue();
    // Asks it on the pool whether it is back, now and then.
    void look_for_postgres(std::chrono::steady_clock::time_point now);
    // Until the standing contains what `after` names, at most for the deadline; then the problem.
    boost::asio::awaitable<std::optional<http::problem>> wait_for(log_position after);

    api_context with_;
};

}  // namespace billhook::api
