#include "worker/projections/change_plans.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/postgres/projection_schema.hpp"
#include "worker/domain/assess.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/ledger/postgres_unit.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/standing_rows.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t organizations_a_step = 500;
constexpr std::chrono::milliseconds between_tries{300};

// Everybody who writes a projection has read its row in the same transaction, so this waits for all
// of them. Only briefly at a time: whoever comes later waits behind it.
void hold_projections(pqxx::transaction_base& in) {
    in.exec(
        "SELECT set_config('search_path', '', true), set_config('lock_timeout', '500ms', true), "
        "set_config('statement_timeout', '0', true), "
        "set_config('idle_in_transaction_session_timeout', '60s', true)"
    );
    static_cast<void>(postgres::become_owner(in));
    in.exec("LOCK TABLE billhook.projections IN ACCESS EXCLUSIVE MODE");
    in.exec("SELECT set_config('lock_timeout', '20s', true)");
}

// Nobody reads the others, and they are assessed as a whole at the end of their building.
std::vector<std::string> unsettle_others(pqxx::transaction_base& in) {
    std::vector<std::string> names;
    for (const projection& each : all_projections(in)) {
        if (each.role != "live") {
            in.exec(
                "UPDATE " + in.quote_name(each.schema) +
                ".standings SET as_of = NULL, next_change_at = NULL WHERE as_of IS NOT NULL"
            );
            names.push_back(each.name);
        }
    }
    return names;
}

result<plans_change, plans_refusal> change(
    postgres::connection& owner,
    const plans_wish& wish,
    const std::function<void(std::size_t)>& progress
) {
    auto in = std::make_unique<pqxx::work>(owner.raw());
    pqxx::work& transaction = *in;
    hold_projections(transaction);
    if (postgres::plans_version(transaction) != wish.from_version) {
        return plans_refusal::superseded;
    }
    const projection live = own_live_projection(transaction);
    plans_change done;
    done.version = postgres::add_plans(transaction, wish.next);
    if (wish.by) {
        record_act(transaction, "plans_apply", "version " + std::to_string(done.version), *wish.by);
    }
    transaction.exec("UPDATE billhook.projections SET generation = generation + 1");
    done.to_replay = unsettle_others(transaction);
    auto plans = std::make_shared<postgres::applied_plans>();
    plans->version = done.version;
    plans->text = wish.next;
    const instant horizon = read_horizon(transaction, live.name);
    postgres_unit unit(
        std::move(in), live, false, usual_load_rows, std::nullopt, horizon, std::move(plans)
    );
    const projection_work tables{transaction, live.schema};
    auto ids = organizations_after(tables, organization_id{}, organizations_a_step);
    while (!ids.empty()) {
        const organization_id last = ids.back();
        for (const locked_standings& piece : unit.pieces_of(unit.lock_standings(ids))) {
            const auto fresh = assess_each(unit.load(piece), unit.plans(), horizon);
            unit.store(fresh);
            done.changed += fresh.changed.size();
            done.notices += static_cast<std::size_t>(std::ranges::count_if(
                fresh.notices, [](const due_notice& one) { return one.sent.has_value(); }
            ));
        }
        done.organizations += ids.size();
        progress(done.organizations);
        ids = organizations_after(tables, last, organizations_a_step);
    }
    unit.commit();
    return done;
}

}  // namespace

std::string to_text(plans_refusal why) {
    switch (why) {
        case plans_refusal::superseded:
            return "other plans were applied meanwhile; nothing was changed: look again with "
                   "billhook plans try";
        case plans_refusal::busy:
            return "somebody reads or changes the projections all the time (billhook explain, "
                   "plans "
                   "try, replay --verify, promote); nothing was changed: try again when that is "
                   "done";
    }
    return {};
}

result<plans_change, plans_refusal> change_plans(
    postgres::connection& owner,
    const plans_wish& wish,
    const std::function<void(std::size_t)>& progress
) {
    const auto until = std::chrono::steady_clock::now() + wish.patience;
    while (true) {
        try {
            return change(owner, wish, progress);
        } catch (const std::exception& thrown) {
            if (postgres::classify(thrown).what != postgres::remedy::retry) {
                throw;
            }
        }
        if (std::chrono::steady_clock::now() >= until) {
            return plans_refusal::busy;
        }
        std::this_thread::sleep_for(between_tries);
    }
}

}  // namespace billhook
