#pragma once

#include "schemas/io/process/clock.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "tests/tools/simulator/memory_worker.hpp"
#include "tools/recovery/backfill.hpp"
#include "tools/recovery/holdings.hpp"
#include "tools/recovery/reconcile_report.hpp"
#include "tools/simulator/events_api.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

// The simulated Stripe behind its API, and a client of it that never really waits.
namespace billhook::simulator {

class fixed_clock final : public clock {
public:
    explicit fixed_clock(instant at) : at_(at) {}
    [[nodiscard]] instant now() const override { return at_; }
    void sleep(std::chrono::milliseconds) override {}

private:
    instant at_;
};

class memory_journal final : public journal {
public:
    explicit memory_journal(const builders::memory_projection& of) : of_(of) {}
    std::set<event_id> lacking(std::span<const event_id> ids) override {
        std::set<event_id> missing(ids.begin(), ids.end());
        for (const event_id& each : ids) {
            if (of_.journal().contains(each)) {
                missing.erase(each);
            }
        }
        return missing;
    }

private:
    const builders::memory_projection& of_;
};

class memory_holdings final : public holdings {
public:
    explicit memory_holdings(const builders::memory_projection& of) : of_(of) {}

    std::map<customer_id, held<stripe::customer_fact>> customers(std::span<const customer_id> ids
    ) override;
    std::map<subscription_id, held<stripe::subscription_fact>> subscriptions(
        std::span<const subscription_id> ids
    ) override;
    std::map<invoice_id, held<stripe::invoice_fact>> invoices(std::span<const invoice_id> ids
    ) override;
    std::map<schedule_id, stripe::schedule_fact> schedules(std::span<const schedule_id> ids
    ) override;
    std::set<checkout_session_id> sessions_of(const subscription_id& id) override;
    object_ids unfinished() override;
    object_ids doubtful() override;
    std::set<std::string> dead_objects() override { return dead; }

    std::set<std::string> dead;

private:
    const builders::memory_projection& of_;
};

struct simulated_stripe {
    // `account`: lives, or a recorded one. `faulty`: a tenth of all requests ends badly.
    simulated_stripe(const auto& account, instant now, std::uint64_t seed, bool faulty)
        : api(account, settings_for(now, seed, faulty)),
          server([this](const api_call& call) {
              seen.push_back(call);
              return api.answer(call);
          }),
          client(to_here(), [](std::chrono::milliseconds) { return true; }) {}

    static events_api_settings settings_for(instant now, std::uint64_t seed, bool faulty) {
        events_api_settings settings;
        settings.now = [now] { return now; };
        settings.seed = seed;
        settings.rate_limited = faulty ? 0.05 : 0;
        settings.broken = faulty ? 0.03 : 0;
        settings.cut = faulty ? 0.02 : 0;
        return settings;
    }
    [[nodiscard]] stripe::client_settings to_here() const {
        stripe::client_settings told;
        told.base = server.base();
        told.key = secret(events_api_settings{}.key);
        return told;
    }

    events_api api;
    std::vector<api_call> seen;  // on the server's thread; read when nothing is asked
    api_server server;
    stripe::client client;
};

// How much a test of recovery tries.
struct extent {
    std::uint64_t seeds = 0;
    std::size_t organizations = 0;
    std::uint64_t first = 1;  // seed
};
// What BILLHOOK_ORDERS says, like 8x300, or 8x300@200 from seed 200 on; else `otherwise`.
[[nodiscard]] extent extent_asked(extent otherwise);

// Lives of which a share of the webhooks between two instants never came, folded; the sweep has
// looked at the application's rows.
struct gappy {
    struct gap {
        double share = 0.05;
        std::chrono::days from{28};  // before the end
        std::chrono::days to{0};
    };
    gappy(std::uint64_t seed, std::size_t organizations, const gap& lost);
    // Organizations whose answer is not the simulator's, a minute later.
    [[nodiscard]] comparison compared() const;
    // Those of them of which `by` names no subscription as assumed.
    [[nodiscard]] std::vector<answer_difference> unnamed(const reconcile_report& by) const;
    // Lists the prices that standings name as unlisted under the plans that they were sold as.
    void list_what_is_named();
    // The events that were never delivered, by the object that they are about.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> lost() const;
    // Subscriptions of whose invoices a failure was never delivered.
    [[nodiscard]] std::set<std::string> failed_unheard() const;
    // Objects of lives from before the log: of some nothing was told, and a customer of whom only a
    // change was is read as well.
    [[nodiscard]] std::set<std::string> unheard() const;

    catalogue plans;
    instant end;
    std::vector<organization_life> lives;
    std::vector<planned_delivery> delivered;
    memory_worker worker;
};

}  // namespace billhook::simulator
