#include "tests/streams/stream.hpp"

#include "tests/builders/life.hpp"

#include <array>
#include <fmt/format.h>
#include <ostream>
#include <rapidcheck/detail/Configuration.h>
#include <string>

namespace billhook::streams {

namespace {

using builders::day;

constexpr std::array subscription_statuses{
    "active",
    "past_due",
    "unpaid",
    "trialing",
    "canceled",
    "paused",
    "incomplete",
    "frozen"};
constexpr std::array invoice_statuses{"open", "paid", "void", "uncollectible", "draft"};

template <class Id>
std::optional<Id> some(const char* prefix, int which) {
    return which == 0 ? std::nullopt : std::optional{Id{fmt::format("{}_{}", prefix, which)}};
}

instant second_of(const choice& c) {
    return day("d30 00:00") + std::chrono::hours{20} * (c.second / 4) +
           std::chrono::seconds{c.second % 4};
}

template <class Fact>
Fact fact_of(const choice& c, const char* prefix) {
    Fact fact;
    fact.id = decltype(fact.id){fmt::format("{}_{}", prefix, c.object)};
    fact.event = event_id{fmt::format("evt_{}", c.event)};
    fact.created = second_of(c);
    fact.api_version = c.detail % 7 == 0 ? "2018-02-28" : "2025-03-31.basil";
    fact.within_second = c.type == 0   ? stripe::place::first
                         : c.type == 1 ? stripe::place::last
                                       : stripe::place::middle;
    return fact;
}

stripe::subscription_fact subscription(const choice& c) {
    auto fact = fact_of<stripe::subscription_fact>(c, "sub");
    auto& state = fact.state;
    state.status = subscription_statuses[static_cast<std::size_t>(c.status)];
    state.customer = some<customer_id>("cus", c.owner);
    state.organization = some<organization_id>("org", c.tenant);
    state.latest_invoice = some<invoice_id>("in", c.detail % 4);
    state.created = day("d0 00:00");
    state.items.resize(1);
    state.items[0].price = "price_basic";
    state.items[0].lookup_key = c.detail % 3 == 0 ? "enterprise_monthly" : "basic_monthly";
    state.items[0].quantity = 1 + c.detail % 2;
    state.items[0].period_end = day("d60 00:00");
    state.items[0].unit_amount = c.detail % 5 == 0 ? "0.5" : "2900";
    state.items[0].currency = c.detail % 4 == 0 ? "kwd" : "usd";
    state.items[0].interval = c.detail % 3 == 1 ? "year" : "month";
    state.items[0].interval_count = 1 + c.detail % 2;
    if (c.detail == 7) {
        state.pending_update_until = day("d40 00:00");
        state.pending_items = state.items;
        state.pending_items->front().quantity = 3 + c.replaced;
    }
    if (c.type == 3 && state.status == "active") {
        fact.says = stripe::evidence::assumed;
    }
    if ((c.replaced & 1) != 0) {
        fact.replaced.status = subscription_statuses[static_cast<std::size_t>(c.replaced) % 3];
    }
    if ((c.replaced & 2) != 0) {
        fact.replaced.latest_invoice = some<invoice_id>("in", c.replaced % 3);
    }
    return fact;
}

stripe::invoice_fact invoice(const choice& c) {
    auto fact = fact_of<stripe::invoice_fact>(c, "in");
    fact.within_second = c.type == 0 ? stripe::place::first : stripe::place::middle;
    fact.says = c.type == 2   ? stripe::evidence::payment_failed
                : c.type == 3 ? stripe::evidence::payment_action_required
                              : stripe::evidence::none;
    auto& state = fact.state;
    state.status = invoice_statuses[static_cast<std::size_t>(c.status) % invoice_statuses.size()];
    state.customer = some<customer_id>("cus", c.owner);
    state.subscription = some<subscription_id>("sub", c.tenant);
    state.billing_reason = c.detail == 5 ? "subscription_create" : "subscription_cycle";
    state.attempt_count = c.detail % 3;
    state.created = day("d20 00:00") + std::chrono::days{c.object};
    if ((c.replaced & 1) != 0) {
        fact.replaced.status = invoice_statuses[static_cast<std::size_t>(c.replaced) % 3];
    }
    return fact;
}

stripe::decline_fact decline(const choice& c) {
    stripe::decline_fact fact;
    fact.customer = customer_id{fmt::format("cus_{}", c.owner == 0 ? 1 : c.owner)};
    fact.event = event_id{fmt::format("evt_{}", c.event)};
    fact.created = second_of(c);
    fact.api_version = c.detail % 7 == 0 ? "2018-02-28" : "2025-03-31.basil";
    fact.invoice = some<invoice_id>("in", c.tenant);
    fact.code = c.detail % 2 == 0 ? "lost_card" : "insufficient_funds";
    return fact;
}

stripe::checkout_fact session(const choice& c) {
    stripe::checkout_fact fact;
    fact.id = checkout_session_id{fmt::format("cs_{}", c.object)};
    fact.event = event_id{fmt::format("evt_{}", c.event)};
    fact.event_created = second_of(c);
    fact.created = second_of(c);
    fact.mode = c.type == 0 ? "payment" : "subscription";
    fact.customer = some<customer_id>("cus", c.owner == 0 ? 1 : c.owner);
    fact.subscription = some<subscription_id>("sub", c.detail % 4);
    fact.client_reference = some<organization_id>("org", c.tenant);
    return fact;
}

stripe::schedule_fact schedule(const choice& c) {
    stripe::schedule_fact fact;
    fact.id = schedule_id{fmt::format("sched_{}", c.tenant % 2)};
    fact.event = event_id{fmt::format("evt_{}", c.event)};
    fact.event_created = second_of(c);
    fact.api_version = c.detail % 7 == 0 ? "2018-02-28" : "2025-03-31.basil";
    fact.customer = some<customer_id>("cus", 1 + c.object % 2);
    fact.subscription = some<subscription_id>("sub", c.type == 0 ? 0 : c.object);
    fact.first = c.type == 0;
    fact.over = c.type == 1;
    fact.status = fact.over ? "released" : "active";
    fact.phase_start = day("d30 00:00") + std::chrono::days{c.detail % 3};
    fact.next_at = day("d60 00:00") + std::chrono::days{c.replaced};
    fact.next_items.resize(1);
    fact.next_items[0].price = c.status % 2 == 0 ? "price_basic" : "price_enterprise";
    fact.next_items[0].quantity = 1 + c.status % 3;
    if (c.detail % 4 == 0) {
        fact.ends_at = day("d40 00:00") + std::chrono::days{c.replaced};
    }
    return fact;
}

// Whose somebody is, or that this is taken back.
mapping said_of(const choice& c) {
    mapping record;
    record.id = event_id{fmt::format("map_{}_{}_{}", c.tenant, c.owner, c.event % 2)};
    record.organization = organization_id{fmt::format("org_{}", 1 + c.tenant)};
    record.customer = some<customer_id>("cus", c.owner);
    record.created = second_of(c);
    if (record.customer && c.detail % 3 == 1) {
        record.subscription = some<subscription_id>("sub", c.object);
    }
    if (record.customer && c.status == 0) {
        record.organization.reset();  // takes back
    }
    if (!record.customer) {  // as a directory says it
        record.updated_at = second_of(c) + std::chrono::seconds{c.detail};
        record.name = fmt::format("name {}", c.replaced);
        record.deleted = c.type == 0;
    }
    return record;
}

// What is given, or taken back: few ids, so that a revoke meets its grant, and bodies contend.
grant gift(const choice& c) {
    grant record;
    record.organization = organization_id{fmt::format("org_{}", 1 + c.tenant)};
    record.created = second_of(c);
    record.actor = "ada";
    record.reason = "a test";
    record.id = event_id{fmt::format("{}_{}", c.type == 0 ? "revoke" : "grant", c.event % 4)};
    if (c.type == 0) {
        record.revokes = event_id{fmt::format("grant_{}", c.object)};
    } else if (c.type == 1) {
        record.trial_extension = std::chrono::seconds{std::chrono::days{c.detail}}.count();
    } else {
        record.plan = c.type == 2 ? std::optional<std::string>{"enterprise"} : std::nullopt;
        record.full_access = c.type == 3;
        record.exempt = c.status % 2 == 0;
        record.features["patients_max"] = std::int64_t{100} * c.detail;
        record.until = record.created + std::chrono::days{c.detail};
    }
    return record;
}

choice with_one_customer(choice c) {
    if (c.kind == 0) {
        c.owner = 1 + c.object % 2;
    } else if (c.kind == 1) {
        c.tenant = c.tenant == 0 ? 0 : c.object;
        c.owner = 1 + c.object % 2;
    } else if (c.kind == 3) {
        c.owner = 1 + c.object % 3;
    }
    return c;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const choice& c) {
    return out << fmt::format(
               "{{{},{},{},{},{},{},{},{},{},{}}}",
               c.kind,
               c.object,
               c.event,
               c.second,
               c.type,
               c.status,
               c.owner,
               c.tenant,
               c.detail,
               c.replaced
           );
}

received event_from(const choice& c) {
    received one{{}, second_of(c), endpoint_mode::both, stripe::event{}};
    stripe::event event;
    event.id = event_id{fmt::format("evt_{}", c.event)};
    event.created = second_of(c);
    switch (c.kind) {
        case 0: {
            auto fact = subscription(c);
            event.api_version = fact.api_version;
            event.object = fact.id.text();
            event.customer = fact.state.customer;
            event.said = std::move(fact);
            break;
        }
        case 1: {
            auto fact = invoice(c);
            event.api_version = fact.api_version;
            event.object = fact.id.text();
            event.customer = fact.state.customer;
            event.said = std::move(fact);
            break;
        }
        case 2: {
            auto fact = fact_of<stripe::customer_fact>(c, "cus");
            fact.state.organization = some<organization_id>("org", c.tenant);
            fact.state.created = day("d10 00:00") + std::chrono::days{c.detail};
            event.api_version = fact.api_version;
            event.object = fact.id.text();
            event.customer = fact.id;
            event.said = std::move(fact);
            break;
        }
        case 3: {
            auto fact = session(c);
            event.object = fact.id.text();
            event.customer = fact.customer;
            event.said = std::move(fact);
            break;
        }
        case 4: {
            auto fact = decline(c);
            event.api_version = fact.api_version;
            event.object = fmt::format("ch_{}", c.object);
            event.customer = fact.customer;
            event.said = std::move(fact);
            break;
        }
        case 6: {
            auto fact = schedule(c);
            event.api_version = fact.api_version;
            event.object = fact.id.text();
            event.customer = fact.customer;
            event.said = std::move(fact);
            break;
        }
        case 7: {
            one.what = gift(c);
            return one;
        }
        default: {
            one.what = said_of(c);
            return one;
        }
    }
    one.what = std::move(event);
    return one;
}

std::vector<received> events_from(const std::vector<choice>& all) {
    std::vector<received> events;
    for (const auto& one : all) {
        events.push_back(event_from(one));
    }
    return events;
}

rc::Gen<choice> any_choice(const room& in) {
    const auto below = [](int end) { return rc::gen::inRange(0, end); };
    return rc::gen::map(
        rc::gen::build<choice>(
            rc::gen::set(&choice::kind, rc::gen::element(0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7)),
            rc::gen::set(&choice::object, rc::gen::inRange(1, 1 + in.objects)),
            rc::gen::set(&choice::event, below(in.events)),
            rc::gen::set(&choice::second, below(in.seconds)),
            rc::gen::set(&choice::type, below(5)),
            rc::gen::set(&choice::status, below(8)),
            rc::gen::set(&choice::owner, below(4)),
            rc::gen::set(&choice::tenant, below(4)),
            rc::gen::set(&choice::detail, below(8)),
            rc::gen::set(&choice::replaced, below(6))
        ),
        with_one_customer
    );
}

std::size_t cases_asked() {
    return static_cast<std::size_t>(rc::detail::configuration().testParams.maxSuccess);
}

}  // namespace billhook::streams
