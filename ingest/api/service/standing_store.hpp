#pragma once

#include "ingest/api/calls/answers.hpp"
#include "ingest/api/calls/selling.hpp"
#include "ingest/api/calls/target.hpp"
#include "ingest/api/service/store_news.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/types/ids.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace billhook::api {

// Postgres gives no answer at the moment; `what()` is a word for the log.
struct store_unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// It gave none, or was not asked, until whoever asked had waited long enough.
struct store_overdue : store_unavailable {
    using store_unavailable::store_unavailable;
};

// What the role billhook_api may read: the schema `billing`. One session, opened when it is first
// needed and again after it broke. One thread, but for `give_up`; blocks, for as long as Postgres
// takes. All throw store_unavailable.
class standing_store {
public:
    // `topic`: of the log whose progress is asked for. `news` outlives this and hears whether
    // Postgres answers.
    standing_store(postgres::connect_options where, std::string topic, store_news& news);

    [[nodiscard]] std::optional<standing_row> standing(const organization_id& of);
    // Of each in its place, in one question; at most a few hundred.
    [[nodiscard]] std::vector<std::optional<standing_row>> standings(
        std::span<const organization_id> of
    );
    // Of an organization that nobody ever saw: it may everything, as billing.can has it.
    [[nodiscard]] standing_row unseen(const organization_id& of);
    // Nothing if no plan has the feature.
    [[nodiscard]] std::optional<gate> ask_gate(
        const organization_id& of,
        const std::string& feature
    );
    struct known_customers {
        std::optional<std::string> living;  // that of the standing, if there are several
        std::size_t deleted = 0;
    };
    // Those of our own account that the fold says are the organization's.
    [[nodiscard]] known_customers customers(const organization_id& of);
    // The one that has not ended, the latest if there are several.
    [[nodiscard]] std::optional<std::string> living_subscription(const organization_id& of);
    // All that it ever had, the latest first: id, status and whether it was a trial at Stripe.
    [[nodiscard]] std::vector<owned_subscription> subscriptions(const organization_id& of);
    // Whether it was ever in a trial at Stripe.
    [[nodiscard]] bool had_trial(const organization_id& of);
    // Whether the record at that place is folded.
    [[nodiscard]] bool contains(const log_position& at);
    // That Postgres answers and the role may read.
    void check();
    // Any thread: ends the session of a question that was asked before and is not answered yet, and
    // says whether there was one. It is asked once more, by another session. (A server that stands
    // still keeps its connections, and no timeout of TCP's ends them.)
    bool give_up(std::chrono::steady_clock::time_point asked_before);

private:
    using question = std::function<pqxx::result(pqxx::nontransaction&)>;
    [[nodiscard]] pqxx::result ask(const question& what);
    void connect();
    void disconnect();
    void is_asked(std::chrono::steady_clock::time_point at);

    postgres::connect_options where_;
    std::string topic_;
    store_news& news_;
    std::unique_ptr<postgres::connection> session_;
    std::mutex guard_;  // of the two below
    int socket_ = -1;   // of the session; -1: there is none
    std::chrono::steady_clock::time_point asked_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace billhook::api
