#include "tests/tools/recovery/simulated_stripe.hpp"

#include "schemas/messages/reading.hpp"
#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/disorder.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

namespace billhook::simulator {

using namespace std::chrono_literals;

std::map<customer_id, held<stripe::customer_fact>> memory_holdings::customers(
    std::span<const customer_id> ids
) {
    std::map<customer_id, held<stripe::customer_fact>> found;
    for (const auto& [key, one] : of_.customer_facts()) {
        const customer_id id{key.object};
        if (std::ranges::find(ids, id) == ids.end()) {
            continue;
        }
        const bool tells = std::ranges::any_of(of_.subscriptions(), [&](const auto& each) {
            return each.second.state.customer == id;
        });
        auto& here = found[id];
        here.mapped = of_.customers().at(key.object).organization.has_value() || tells;
        here.facts.push_back(one.fact);
    }
    return found;
}

std::map<subscription_id, held<stripe::subscription_fact>> memory_holdings::subscriptions(
    std::span<const subscription_id> ids
) {
    std::map<subscription_id, held<stripe::subscription_fact>> found;
    for (const auto& [key, one] : of_.subscription_facts()) {
        const subscription_id id{key.object};
        if (std::ranges::find(ids, id) != ids.end()) {
            auto& here = found[id];
            here.mapped = of_.subscriptions().at(id).organization.has_value();
            here.facts.push_back(one.fact);
        }
    }
    for (const dunning_case& each : of_.cases()) {
        const auto at = found.find(each.subscription);
        if (at != found.end() && !each.ended_at) {
            auto& since = at->second.owes_since;
            since = since ? std::min(*since, each.anchor) : each.anchor;
        }
    }
    return found;
}

std::map<invoice_id, held<stripe::invoice_fact>> memory_holdings::invoices(
    std::span<const invoice_id> ids
) {
    std::map<invoice_id, held<stripe::invoice_fact>> found;
    for (const auto& [key, one] : of_.invoice_facts()) {
        if (std::ranges::find(ids, invoice_id{key.object}) != ids.end()) {
            found[invoice_id{key.object}].facts.push_back(one.fact);
        }
    }
    return found;
}

std::map<schedule_id, stripe::schedule_fact> memory_holdings::schedules(
    std::span<const schedule_id> ids
) {
    auto found = of_.schedules();
    std::erase_if(found, [&](const auto& each) {
        return std::ranges::find(ids, each.first) == ids.end();
    });
    return found;
}

std::set<checkout_session_id> memory_holdings::sessions_of(const subscription_id& id) {
    std::set<checkout_session_id> found;
    object_keys keys;
    keys.subscriptions.push_back(id);
    for (const auto& [session, fact] : of_.load(keys).checkout_sessions) {
        if (fact.subscription == id) {
            found.insert(session);
        }
    }
    return found;
}

object_ids memory_holdings::unfinished() {
    object_ids ids;
    for (const auto& [id, row] : of_.customers()) {
        if (row.known && !row.deleted) {
            ids.customers.emplace_back(id);
        }
    }
    for (const auto& [id, row] : of_.subscriptions()) {
        if (!row.deleted && row.state.status != "canceled" &&
            row.state.status != "incomplete_expired") {
            ids.subscriptions.push_back(id);
        }
    }
    for (const auto& [id, row] : of_.invoices()) {
        if (row.state.status == "draft" || row.state.status == "open") {
            ids.invoices.push_back(id);
        }
    }
    for (const auto& [id, fact] : of_.schedules()) {
        const auto& moved = fact.subscription;
        if (!fact.over && moved &&
            std::ranges::find(ids.subscriptions, *moved) != ids.subscriptions.end()) {
            ids.schedules.push_back(id);
        }
    }
    return ids;
}

object_ids memory_holdings::doubtful() {
    object_ids ids;
    for (const auto& [id, row] : of_.customers()) {
        const bool was_read_deleted = row.deleted && row.event && is_reading(*row.event);
        if (row.ambiguous || (!row.seen && row.organization) ||
            (was_read_deleted && !row.organization)) {
            ids.customers.emplace_back(id);
        }
    }
    for (const auto& [id, row] : of_.subscriptions()) {
        if (row.ambiguous) {
            ids.subscriptions.push_back(id);
        }
    }
    for (const auto& [id, row] : of_.invoices()) {
        if (row.ambiguous) {
            ids.invoices.push_back(id);
        }
    }
    return ids;
}

extent extent_asked(extent otherwise) {
    if (const char* text = std::getenv("BILLHOOK_ORDERS")) {
        char* end = nullptr;
        otherwise.seeds = std::strtoull(text, &end, 10);
        REQUIRE(*end == 'x');
        otherwise.organizations = std::strtoull(end + 1, &end, 10);
        if (*end == '@') {
            otherwise.first = std::strtoull(end + 1, &end, 10);
        }
        REQUIRE(*end == '\0');
    }
    return otherwise;
}

gappy::gappy(std::uint64_t seed, std::size_t organizations, const gap& lost)
    : plans(plans_for_tests()),
      end(from_unix_seconds(1'790'000'000 + static_cast<std::int64_t>(seed) * 86'400)),
      lives(make_scenario(
          {.organizations = organizations, .months = 3, .seed = seed, .end = end, .prefix = "Test"},
          plans
      )),
      delivered(plan_deliveries(
          lives,
          {.seed = seed, .lost = lost.share, .lost_from = end - lost.from, .lost_to = end - lost.to}
      )),
      worker(end) {
    worker.fold(delivered);
    worker.sweep(lives);
}

comparison gappy::compared() const {
    return compare(lives, plans, worker.answers(lives, plans, end + 1min));
}

std::vector<answer_difference> gappy::unnamed(const reconcile_report& by) const {
    std::set<organization_id> named;
    for (const divergence& each : by.divergences) {
        const auto row = worker.projection.subscriptions().find(subscription_id(each.object));
        if (each.cause == divergence_cause::assumed &&
            row != worker.projection.subscriptions().end() && row->second.organization) {
            named.insert(*row->second.organization);
        }
    }
    auto differences = compared().differences;
    std::erase_if(differences, [&](const answer_difference& each) {
        return named.contains(each.organization);
    });
    return differences;
}

void gappy::list_what_is_named() {
    std::set<std::string> named;
    for (const auto& life : lives) {
        const auto now = assess(worker.projection.load(life.organization), plans, end);
        named.insert(now.unlisted_prices.begin(), now.unlisted_prices.end());
    }
    for (const auto& life : lives) {
        if (!life.stripe) {
            continue;
        }
        for (const auto& [id, told] : life.stripe->read().subscriptions) {
            for (const auto& item : told.last.items) {
                if (item.price.plan && named.contains(item.price.id)) {
                    plans.plans[*item.price.plan].prices.insert(item.price.id);
                }
            }
        }
    }
}

std::map<std::string, std::vector<std::string>> gappy::lost() const {
    std::set<std::string> came;
    for (const auto& each : delivered) {
        came.insert(*each.event);
    }
    std::map<std::string, std::vector<std::string>> missing;
    for (const auto& life : lives) {
        if (!life.stripe) {
            continue;
        }
        for (const auto& sent : life.stripe->events()) {
            if (!came.contains(sent.id)) {
                missing[sent.object].push_back(sent.type);
            }
        }
    }
    return missing;
}

std::set<std::string> gappy::failed_unheard() const {
    const auto missing = lost();
    std::set<std::string> ids;
    for (const auto& life : lives) {
        if (!life.stripe) {
            continue;
        }
        for (const auto& [id, told] : life.stripe->told().invoices) {
            const auto found = missing.find(id);
            const bool failed = found != missing.end() &&
                                std::ranges::any_of(found->second, [](const std::string& type) {
                                    return type == "invoice.payment_failed" ||
                                           type == "invoice.payment_action_required";
                                });
            if (failed) {
                ids.insert(told.last.subscription);
            }
        }
    }
    return ids;
}

std::set<std::string> gappy::unheard() const {
    std::set<std::string> ids;
    const auto add = [&](const auto& objects) {
        for (const auto& [id, what] : objects) {
            ids.insert(id);
        }
    };
    for (const auto& life : lives) {
        if (life.from_before) {
            const auto read = life.stripe->read();
            add(read.customers);
            add(read.subscriptions);
            add(read.schedules);
            add(read.invoices);
        }
    }
    return ids;
}

}  // namespace billhook::simulator
