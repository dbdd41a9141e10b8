#include "tools/replay/promote.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/messages/topics.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/projections/offset_rows.hpp"

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto lock_patience = 1000ms;
constexpr auto between_tries = 150ms;
constexpr int plain_tries = 4;
constexpr auto hold_for_promotion = 3s;
constexpr auto longest_start = 5s;
constexpr auto between_looks = 20ms;
// Long enough for the lock on billhook.projections to be waited for when the workers may go on.
constexpr auto queueing = 40ms;

instant database_now(pqxx::transaction_base& in) {
    const auto row = in.exec1("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    return instant{std::chrono::microseconds{row[0].as<std::int64_t>()}};
}

// Beginning to read takes a moment; until then a try would stop everybody in vain.
void await_reading(const replay_settings& what, postgres::connection& over) {
    const instant since = [&] {
        pqxx::nontransaction in(over.raw());
        return database_now(in);
    }();
    const auto has_begun = [&](const offset_row& each) {
        return each.complete_to && *each.complete_to > since;
    };
    const auto until = steady::now() + longest_start;
    while (!std::ranges::all_of(offset_rows(over, what.projection), has_begun) &&
           steady::now() < until && !what.wish.wait_for(between_looks)) {
    }
}

// The workers' offsets, held: whoever wants to move one waits.
class hold {
public:
    explicit hold(const replay_settings& what)
        : over_({.url = what.told.database.url, .application_name = "billhook hold"}),
          in_(std::make_unique<pqxx::work>(over_.raw())) {
        in_->exec("SET LOCAL lock_timeout = '2s'");
        rows_ = offset_rows(*in_, live_projection(*in_).value().name, topics::stripe_events, true);
        since_ = database_now(*in_);
    }
    void release() { in_.reset(); }

    // What is built has passed what is held, and all that lay in the log after it was held.
    [[nodiscard]] bool is_passed_by(const std::vector<offset_row>& built) const {
        return std::ranges::all_of(rows_, [&](const offset_row& held) {
            return std::ranges::any_of(built, [&](const offset_row& each) {
                return each.partition == held.partition && each.next_offset >= held.next_offset &&
                       each.complete_to && *each.complete_to > since_;
            });
        });
    }

private:
    postgres::connection over_;
    std::unique_ptr<pqxx::work> in_;
    std::vector<offset_row> rows_;
    instant since_{};
};

// While the workers wait with a batch each, what is built comes past them. Then they are let go
// just after the lock is asked for that stops them all: each can finish that one batch, no other.
promotion promote_past_held_workers(
    const replay_settings& what,
    postgres::connection& owner,
    const std::function<void()>& before_commit
) {
    std::unique_ptr<hold> workers;
    try {
        workers = std::make_unique<hold>(what);
    } catch (const std::exception& thrown) {
        if (postgres::classify(thrown).what == postgres::remedy::retry) {
            return {.ending = promotion_ending::locked_out, .retired = {}, .news = {}};
        }
        throw;
    }
    const auto until = steady::now() + hold_for_promotion;
    while (!workers->is_passed_by(offset_rows(owner, what.projection)) && steady::now() < until) {
        std::this_thread::sleep_for(between_looks);
    }
    const auto released = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(queueing);
        workers->release();
    });
    return try_promote(
        owner, what.projection, what.plans, hold_for_promotion, before_commit, what.by
    );
}

}  // namespace

promoting promote(
    const replay_settings& what,
    postgres::connection& owner,
    std::chrono::seconds patience,
    const std::function<void(const promoting&)>& watch
) {
    replay_threads threads(what, replay_mode::follow);
    const auto before_commit = [&] { threads.ask_to_end(); };
    const auto until = steady::now() + patience;
    await_reading(what, owner);
    promoting so_far;
    while (true) {
        ++so_far.tries;
        so_far.last =
            so_far.tries <= plain_tries
                ? try_promote(
                      owner, what.projection, what.plans, lock_patience, before_commit, what.by
                  )
                : promote_past_held_workers(what, owner, before_commit);
        watch(so_far);
        so_far.stuck = threads.are_stuck();
        const bool again = so_far.last.ending == promotion_ending::behind ||
                           so_far.last.ending == promotion_ending::locked_out;
        if (!again || so_far.stuck || steady::now() >= until || what.wish.wait_for(between_tries)) {
            break;
        }
    }
    threads.end();
    return so_far;
}

}  // namespace billhook
