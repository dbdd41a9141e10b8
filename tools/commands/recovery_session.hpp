#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/process/clock.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/consent.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/recovery/spool.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace billhook {

// What backfill, reconcile and adopt work with: the live projection, Stripe's account by a key of
// its mode, and the log, into which goes what an operator agreed to. One thread; blocks. Throws
// what a connection throws, and postgres::failure where the database was never migrated.
class recovery_session {
public:
    // `all` outlives it. `agreed`: mails are wanted (--yes). `wait`: before a request is repeated;
    // without one it just sleeps.
    recovery_session(const settings& all, bool agreed, stripe::client::waiting wait = {});

    // False: the key is not of the projection's mode, which was said on standard error. Then
    // nothing but this may be asked.
    [[nodiscard]] bool usable() const { return told_.has_value(); }

    [[nodiscard]] pqxx::connection& database() { return database_.raw(); }
    [[nodiscard]] bool livemode() const { return livemode_; }
    [[nodiscard]] stripe::client& from() { return from_; }
    [[nodiscard]] clock& time() { return time_; }
    [[nodiscard]] std::uint64_t requests() const { return from_.requests(); }  // with repetitions
    [[nodiscard]] const troubles& met() const { return met_; }

    // Throws kafka::failure soon if no broker answers: before anything is fetched from Stripe that
    // could not be published.
    void reach_log() const;
    // Waits until all that is in the log by now is folded, for `patience` at most.
    [[nodiscard]] folding wait_until_folded(
        std::chrono::milliseconds patience,
        const std::function<void(const folding&)>& watch
    );
    // Says on standard error whom what waits would tell. False: somebody, and that was not agreed
    // to.
    [[nodiscard]] bool allowed(spool& waiting) { return asked_.given_for(waiting); }
    // Publishes it if it is allowed. Throws not_published, and what reach_log throws.
    [[nodiscard]] bool released(spool& waiting);
    // Of all that was asked for.
    [[nodiscard]] const foretold& notices() const { return asked_.counted(); }

private:
    const settings& all_;
    postgres::connection database_;
    bool livemode_;
    std::optional<stripe::client_settings> told_;
    system_clock time_;
    troubles met_;
    stripe::client from_;
    consent asked_;
};

}  // namespace billhook
