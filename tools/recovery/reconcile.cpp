#include "tools/recovery/reconcile.hpp"

#include "schemas/io/stripe_api/objects.hpp"
#include "schemas/stripe/event.hpp"
#include "tools/recovery/healing.hpp"
#include "tools/recovery/publication.hpp"
#include "tools/recovery/stripe_reads.hpp"
#include "worker/domain/organization.hpp"

#include <algorithm>

namespace billhook {
namespace {

template <class Map, class Id>
auto held_of(const Map& all, const Id& id) {
    const auto found = all.find(id);
    return found == all.end() ? typename Map::mapped_type{} : found->second;
}

stripe::request invoices_of(const subscription_id& id) {
    return {.path = "/v1/invoices", .query = {{"subscription", id.text()}}};
}

divergence_cause untold_cause(const object_context& around) {
    return around.dead_letter ? divergence_cause::dead_letter : divergence_cause::missed;
}

divergence_cause cause_of(const std::vector<untold_turn>& turns, const object_context& around) {
    const bool is_of_version = std::ranges::all_of(turns, [](const untold_turn& each) {
        return each.to == turned::paused_for;
    });
    return is_of_version ? divergence_cause::untold : untold_cause(around);
}

}  // namespace

void reconcile::run(const watcher& watch) {
    run_doubtful(watch);
    walk_customers(watch);
    if (what_.heal && !what_.another_account) {
        refuse_another_account();
    }
    walk_subscriptions(watch);
    walk_schedules(watch);
    for (const char* status : {"open", "draft"}) {
        walk_invoices(
            {
                {"status", status}
        },
            watch
        );
    }
    for (const auto& [each, fact] : delinquent_) {
        walk_delinquent(each, watch);
    }
    add_unlisted();
    look_at_suspects(watch);
}

// What a key of another account shows would be published as new organizations' objects.
void reconcile::refuse_another_account() const {
    const bool shares_one = std::ranges::any_of(ours_.customers, [&](const customer_id& each) {
        return seen_customers_.contains(each);
    });
    if (!ours_.customers.empty() && !seen_customers_.empty() && !shares_one) {
        throw stripe::failure(
            "Stripe, GET /v1/customers: none of ours is in the account of this key; is "
            "stripe.secret_key another account's? If ours are of a trial run, --another-account "
            "heals all the same",
            false
        );
    }
}

void reconcile::run_doubtful(const watcher& watch) {
    dead_ = with_.ours.dead_objects();
    ours_ = with_.ours.unfinished();
    known_customers_.insert(ours_.customers.begin(), ours_.customers.end());
    const auto ids = with_.ours.doubtful();
    suspect_customers_.insert(ids.customers.begin(), ids.customers.end());
    doubtful_customers_.insert(ids.customers.begin(), ids.customers.end());
    suspect_subscriptions_.insert(ids.subscriptions.begin(), ids.subscriptions.end());
    suspect_invoices_.insert(ids.invoices.begin(), ids.invoices.end());
    look_at_suspects(watch);
}

void reconcile::walk_customers(const watcher& watch) {
    for_each_page(with_.from, {.path = "/v1/customers"}, [&](const stripe::page& page, instant at) {
        const auto ids = ids_on<customer_id>(page);
        const auto ours = with_.ours.customers(ids);
        for (std::size_t n = 0; n < ids.size(); ++n) {
            const auto theirs = customer_in({page.objects[n], at, livemode_});
            const auto here = held_of(ours, ids[n]);
            if (!theirs || divergence_of(here.facts, *theirs, around(ids[n], here.mapped))) {
                suspect_customers_.insert(ids[n]);
            }
        }
        seen_customers_.insert(ids.begin(), ids.end());
        report_.customers += ids.size();
        watch(report_);
    });
}

void reconcile::walk_subscriptions(const watcher& watch) {
    const stripe::request all{.path = "/v1/subscriptions", .query = {{"status", "all"}}};
    for_each_page(with_.from, all, [&](const stripe::page& page, instant at) {
        const auto ids = ids_on<subscription_id>(page);
        const auto ours = with_.ours.subscriptions(ids);
        for (std::size_t n = 0; n < ids.size(); ++n) {
            const shown what{page.objects[n], at, livemode_};
            const auto theirs = subscription_in(what);
            const auto here = held_of(ours, ids[n]);
            if (!theirs || divergence_of(here.facts, *theirs, around(ids[n], here.mapped)) ||
                untold_recovery(*theirs, here.facts, here.owes_since)) {
                suspect_subscriptions_.insert(ids[n]);
            }
            if (theirs && may_owe(*theirs)) {
                delinquent_.emplace(ids[n], shown_subscription{*theirs, paused_at(what)});
            }
        }
        seen_subscriptions_.insert(ids.begin(), ids.end());
        report_.subscriptions += ids.size();
        watch(report_);
    });
}

void reconcile::walk_invoices(const stripe::parameters& query, const watcher& watch) {
    const stripe::request some{.path = "/v1/invoices", .query = query};
    for_each_page(with_.from, some, [&](const stripe::page& page, instant at) {
        compare_invoices(page, at);
        watch(report_);
    });
}

void reconcile::compare_invoices(const stripe::page& page, instant at) {
    const auto ids = ids_on<invoice_id>(page);
    const auto ours = with_.ours.invoices(ids);
    for (std::size_t n = 0; n < ids.size(); ++n) {
        const auto theirs = invoice_in({page.objects[n], at, livemode_});
        const auto here = held_of(ours, ids[n]);
        const bool owed = theirs && theirs->state.subscription &&
                          delinquent_.contains(*theirs->state.subscription);
        if (!theirs || divergence_of(here.facts, *theirs, around(ids[n], true)) ||
            untold_failure(
                registers_of(here.facts), *theirs, collection_of(page.objects[n]), owed
            )) {
            suspect_invoices_.insert(ids[n]);
        }
        report_.invoices += seen_invoices_.insert(ids[n]).second ? 1 : 0;
    }
}

// All invoices of it: how long a payment has failed may hang on one that is not open any more.
void reconcile::walk_delinquent(const subscription_id& id, const watcher& watch) {
    std::vector<collected_invoice> invoices;
    for_each_page(with_.from, invoices_of(id), [&](const stripe::page& page, instant at) {
        compare_invoices(page, at);
        add_collected(page, at, invoices);
        watch(report_);
    });
    const auto here = held_of(with_.ours.subscriptions(std::span(&id, 1)), id);
    const auto past = untold_turns(delinquent_.at(id), invoices, here.facts);
    if (!past.turns.empty() || past.assumed) {
        suspect_subscriptions_.insert(id);
    }
}

void reconcile::add_collected(
    const stripe::page& page,
    instant at,
    std::vector<collected_invoice>& to
) const {
    const auto ours = with_.ours.invoices(ids_on<invoice_id>(page));
    for (const json::value each : page.objects) {
        if (auto fact = invoice_in({each, at, livemode_})) {
            const auto held = registers_of(held_of(ours, fact->id).facts);
            to.push_back({*std::move(fact), collection_of(each), held.last_failure});
        }
    }
}

void reconcile::add_unlisted() {
    std::ranges::copy_if(
        ours_.customers,
        std::inserter(suspect_customers_, suspect_customers_.end()),
        [&](const customer_id& each) { return !seen_customers_.contains(each); }
    );
    std::ranges::copy_if(
        ours_.subscriptions,
        std::inserter(suspect_subscriptions_, suspect_subscriptions_.end()),
        [&](const subscription_id& each) { return !seen_subscriptions_.contains(each); }
    );
    std::ranges::copy_if(
        ours_.schedules,
        std::inserter(suspect_schedules_, suspect_schedules_.end()),
        [&](const schedule_id& each) { return !seen_schedules_.contains(each); }
    );
    std::ranges::copy_if(
        ours_.invoices,
        std::inserter(suspect_invoices_, suspect_invoices_.end()),
        [&](const invoice_id& each) { return !seen_invoices_.contains(each); }
    );
}

void reconcile::look_at_suspects(const watcher& watch) {
    const auto look_at_all = [&](auto& suspects) {
        for (const auto& each : suspects) {
            if (looked_at_.insert(each.text()).second) {
                look_at(each);
                watch(report_);
            }
        }
        suspects.clear();
    };
    look_at_all(suspect_customers_);
    look_at_all(suspect_subscriptions_);
    look_at_all(suspect_schedules_);
    look_at_all(suspect_invoices_);
}

void reconcile::look_at(const customer_id& id) {
    const auto asked = stripe::request_for("customers", id);
    const auto came = find_object(with_.from, asked);
    if (!came) {
        const auto cause =
            known_customers_.contains(id) ? divergence_cause::gone : divergence_cause::misnamed;
        return note({recovered_kind::customer, id.text(), cause}, {});
    }
    const shown what{came->body.root(), as_of(*came, asked.path), livemode_};
    const auto here = held_of(with_.ours.customers(std::span(&id, 1)), id);
    const auto theirs = customer_in(what);
    if (!theirs) {
        return note({recovered_kind::customer, id.text(), divergence_cause::unreadable}, {});
    }
    auto cause = divergence_of(here.facts, *theirs, around(id, here.mapped));
    if (doubtful_customers_.contains(id) && std::ranges::none_of(here.facts, shows_customer)) {
        // Its subscriptions first: from its own reading on it counts as known, and what it pays
        // for must be known by then.
        look_at_subscriptions_of(id);
        cause = cause.value_or(divergence_cause::missed);
    }
    if (forgets_organization(here.facts)) {
        cause = divergence_cause::stale;
    }
    if (cause) {
        auto how = *cause == divergence_cause::unmapped ? healing{} : healing_of(what, here.facts);
        note({recovered_kind::customer, id.text(), *cause, how.settles}, how.bodies);
    }
}

void reconcile::look_at_subscriptions_of(const customer_id& id) {
    const stripe::request all{
        .path = "/v1/subscriptions", .query = {{"customer", id.text()}, {"status", "all"}}
    };
    for_each_page(with_.from, all, [&](const stripe::page& page, instant) {
        for (const auto& each : ids_on<subscription_id>(page)) {
            if (looked_at_.insert(each.text()).second) {
                look_at(each);
            }
        }
    });
}

void reconcile::look_at(const subscription_id& id) {
    const auto asked = stripe::request_for("subscriptions", id);
    const auto came = find_object(with_.from, asked);
    if (!came) {
        return note({recovered_kind::subscription, id.text(), divergence_cause::gone}, {});
    }
    const shown what{came->body.root(), as_of(*came, asked.path), livemode_};
    const auto here = held_of(with_.ours.subscriptions(std::span(&id, 1)), id);
    const auto theirs = subscription_in(what);
    if (!theirs) {
        return note({recovered_kind::subscription, id.text(), divergence_cause::unreadable}, {});
    }
    untold_past past;
    if (const auto fell = untold_recovery(*theirs, here.facts, here.owes_since)) {
        past.turns.push_back(*fell);
    }
    if (may_owe(*theirs)) {
        const shown_subscription owing{*theirs, paused_at(what)};
        delinquent_.insert_or_assign(id, owing);
        std::vector<collected_invoice> invoices;
        for_each_page(with_.from, invoices_of(id), [&](const stripe::page& page, instant at) {
            add_collected(page, at, invoices);
        });
        past = untold_turns(owing, invoices, here.facts);
    }
    const auto where = around(id, true);
    auto cause = divergence_of(here.facts, *theirs, where);
    if (!cause && !past.turns.empty()) {
        cause = cause_of(past.turns, where);
    }
    if (!cause && past.assumed) {
        cause = divergence_cause::assumed;
    }
    if (cause) {
        auto how = healing_of(what, here.facts, past.turns);
        note({recovered_kind::subscription, id.text(), *cause, how.settles}, how.bodies);
    }
    const bool tells_itself = theirs->state.organization.has_value();
    if (!tells_itself && (here.facts.empty() || !here.mapped)) {
        look_for_session(id);
    }
}

// Whose a subscription is, its Checkout session may tell, whose event may have been missed.
void reconcile::look_for_session(const subscription_id& id) {
    const auto held = with_.ours.sessions_of(id);
    bool claimed = false;
    const stripe::request sessions{
        .path = "/v1/checkout/sessions", .query = {{"subscription", id.text()}}};
    for_each_page(with_.from, sessions, [&](const stripe::page& page, instant at) {
        for (const json::value each : page.objects) {
            const auto body = session_body({each, at, livemode_});
            const auto parsed = body ? stripe::parse_event(*body) : stripe::parse_error::no_object;
            if (!parsed) {
                continue;
            }
            const auto& session = std::get<stripe::checkout_fact>(parsed->said);
            if (claim_of(session) && !held.contains(session.id)) {
                claimed = true;
                const auto cause = dead_.contains(session.id.text()) ? divergence_cause::dead_letter
                                                                     : divergence_cause::missed;
                note({recovered_kind::checkout_session, session.id.text(), cause, true}, {*body});
            }
        }
    });
    // What is not held at all may well be mapped once it is.
    const auto here = with_.ours.subscriptions(std::span(&id, 1));
    if (!claimed && !here.empty() && !here.begin()->second.mapped) {
        note({recovered_kind::subscription, id.text(), divergence_cause::unmapped}, {});
    }
}

void reconcile::look_at(const invoice_id& id) {
    const auto asked = stripe::request_for("invoices", id);
    const auto came = find_object(with_.from, asked);
    if (!came) {
        return note({recovered_kind::invoice, id.text(), divergence_cause::gone}, {});
    }
    const shown what{came->body.root(), as_of(*came, asked.path), livemode_};
    const auto here = held_of(with_.ours.invoices(std::span(&id, 1)), id);
    const auto theirs = invoice_in(what);
    if (!theirs) {
        return note({recovered_kind::invoice, id.text(), divergence_cause::unreadable}, {});
    }
    const bool owed =
        theirs->state.subscription && is_delinquent_at_stripe(*theirs->state.subscription);
    const auto failed_at =
        untold_failure(registers_of(here.facts), *theirs, collection_of(what.object), owed);
    const auto where = around(id, true);
    auto cause = divergence_of(here.facts, *theirs, where);
    if (!cause && failed_at) {
        cause = untold_cause(where);
    }
    if (cause) {
        auto how = healing_of(what, here.facts, failed_at);
        note({recovered_kind::invoice, id.text(), *cause, how.settles}, how.bodies);
    }
}

bool reconcile::is_delinquent_at_stripe(const subscription_id& id) {
    if (seen_subscriptions_.contains(id) || delinquent_.contains(id)) {
        return delinquent_.contains(id);
    }
    const auto asked = stripe::request_for("subscriptions", id);
    const auto came = find_object(with_.from, asked);
    if (!came) {
        return false;
    }
    const auto theirs = subscription_in({came->body.root(), as_of(*came, asked.path), livemode_});
    return theirs && may_owe(*theirs);
}

void reconcile::note(divergence what, const std::vector<std::string>& bodies) {
    if (what_.heal && !bodies.empty()) {
        std::vector<message> messages;
        for (const std::string& each : bodies) {
            messages.push_back(message_for(each, record_source_kind::reconcile, with_.time.now()));
        }
        publish_all(with_.into, messages);
        report_.published += messages.size();
    }
    what.healed = what_.heal && what.healed && !bodies.empty();
    report_.divergences.push_back(std::move(what));
}

}  // namespace billhook
