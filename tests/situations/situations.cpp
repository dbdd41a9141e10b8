#include "tests/situations/situations.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace billhook::situations {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

simulator::price by_the_year(simulator::price sold) {
    sold.id += "_yearly";
    sold.months = 12;
    return sold;
}

void key_moves_to_a_newer_price(scene& on) {
    on.open(days{62});
    on.buy(enterprise());
    on.go_to(days{10});
    on.stripe->move_lookup_key(enterprise().id);
}

// Support ends what was bought by Checkout, and makes another by hand, without any name on it.
void abandoned_checkout(scene& on) {
    on.how = named_by::checkout;
    on.open(days{40});
    const auto first = on.buy(basic());
    on.stripe->complete_checkout(first, on.ours);
    on.go_to(days{20});
    on.stripe->cancel_now(first, "cancellation_requested");
    on.buy(enterprise());
    on.go_to(days{6});
    on.stripe->leave_checkout(on.customer, on.other, days{1});
}

void one_off_invoice_fails(scene& on) {
    on.settings.period = 0s;
    on.open(days{60});
    const auto made = on.buy(by_the_year(basic()));
    on.go_to(days{40});
    on.stripe->set_card(on.customer, simulator::card::declining);
    simulator::one_off training;
    training.subscription = made;
    on.stripe->bill_once(on.customer, training);
    on.go_to(days{20});
    on.stripe->set_quantity(made, by_the_year(basic()), 3);
}

void declined_upgrade_waits(scene& on) {
    on.open(days{40});
    const auto made = on.buy(basic());
    on.go_to(2h);
    on.stripe->set_card(on.customer, simulator::card::declining);
    on.stripe->change_price_once_paid(made, enterprise());
}

void cancellation_is_taken_back(scene& on) {
    on.settings.period = 0s;
    on.settings.api_versions = {"2025-09-30.clover"};
    on.open(days{45});
    simulator::subscription_item calls;
    calls.price = {"price_calls", "prod_calls", "", "Calls", 2, std::nullopt};
    calls.price.metered = true;
    calls.period_start = on.stripe->now();
    calls.period_end = on.stripe->now() + days{30};
    simulator::subscribe_options options;
    options.before = {calls};
    options.price = by_the_year(enterprise());
    options.quantity = 5;
    options.flexible = true;
    const auto made = on.buy(options);
    on.go_to(24h);
    on.stripe->cancel_at_period_end(made);
    on.go_to(24h - 40s);
    on.stripe->undo_cancel(made);
}

void extra_in_the_trial(scene& on) {
    on.open(days{3});
    on.go_to(days{1});
    on.buy(in_no_list());
}

void merchant_sells(scene& on) {
    on.open(days{50});
    const auto made = on.buy(basic());
    on.go_to(days{20});
    on.stripe->cancel_now(made, "cancellation_requested");
    auto theirs = on.settings;
    theirs.prefix += "m";
    theirs.connected = "acct_1" + theirs.prefix;
    on.merchant = std::make_unique<simulator::account>(theirs, on.end - days{10});
    simulator::subscribe_options options;
    options.price = enterprise();
    options.metadata = {
        {"organization_id", on.ours}
    };
    const auto buyer = on.merchant->create_customer(options.metadata);
    on.merchant->set_card(buyer, simulator::card::good);
    on.merchant->subscribe(buyer, options);
}

void payer_from_before_moves(scene& on) {
    on.how = named_by::nobody;
    on.unheard = true;
    on.settings.period = 0s;
    on.open(days{400});
    on.row = simulator::organization_row{on.stripe->now(), on.customer};
    on.buy(by_the_year(basic()));
    on.go_to(days{5});
    on.stripe->hear();
    on.stripe->rename_customer(on.customer, "Practice at the new address");
}

void bought_for_the_wrong_workspace(scene& on) {
    on.how = named_by::checkout;
    on.open(days{5});
    const auto made = on.buy(enterprise());
    on.stripe->complete_checkout(made, on.other);
    on.go_to(days{4});
    const simulator::metadata named{
        {"organization_id", on.ours}
    };
    on.stripe->set_metadata(made, named);
}

void replaced_by_a_newer_one(scene& on) {
    on.open(days{20});
    const auto old = on.buy(basic());
    on.go_to(1h);
    on.buy(enterprise());
    on.go_to(59min);
    on.stripe->cancel_now(old, "cancellation_requested");
}

// 130 characters are 390 bytes here.
void lookup_key_of_many_bytes(scene& on) {
    simulator::subscription_item extra;
    extra.price = in_no_list();
    for (int character = 0; character < 130; ++character) {
        extra.price.lookup_key += "\u3042";
    }
    on.open(days{20});
    simulator::subscribe_options options;
    options.price = basic();
    options.after = {extra};
    on.buy(std::move(options));
}

void paused_for_nonpayment(scene& on) {
    on.settings.api_versions = {"2026-09-30.endive"};
    on.settings.pause_after_failure = 5s;
    on.open(days{61});
    on.buy(basic());
    on.go_to(days{32});
    on.stripe->set_card(on.customer, simulator::card::declining);
}

void seats_of_none(scene& on) {
    on.open(days{20});
    simulator::subscribe_options options;
    options.price = basic();
    options.quantity = 3;
    options.after = {
        {"", enterprise(), 2}
    };
    const auto made = on.buy(std::move(options));
    on.go_to(days{6});
    on.stripe->set_quantity(made, enterprise(), 0);
}

const std::array table{
    situation{
              .name = "a price lost its lookup key to its successor before the payer renewed on it",
              .happens = key_moves_to_a_newer_price,
              .ours = "enterprise, active, full, paid; all patients, notes"},
    situation{
              .name = "the payer left a Checkout for another organization",
              .happens = abandoned_checkout,
              .ours = "enterprise, active, full, paid; all patients, notes"},
    situation{
              .name = "an invoice made by hand failed within a year that is paid",
              .happens = one_off_invoice_fails,
              .ours = "basic, active, full, paid; 50 patients"},
    situation{
              .name = "an upgrade was declined that Stripe keeps aside",
              .happens = declined_upgrade_waits,
              .ours = "basic, active, full, paid; 50 patients"},
    situation{
              .name = "behind a metered item of another interval the plan was canceled and kept",
              .happens = cancellation_is_taken_back,
              .ours = "enterprise, active, full, paid; all patients, notes"},
    situation{
              .name = "within the trial an extra was bought that no list has",
              .happens = extra_in_the_trial,
              .ours = "basic, trial, full, trial, unlisted; 50 patients"},
    situation{
              .name = "a merchant sells by our lookup key under the name of our organization",
              .happens = merchant_sells,
              .ours = "basic, canceled, none, canceled; 0 patients"},
    situation{
              .name = "a payer from before the log has a new address",
              .happens = payer_from_before_moves,
              .ours = "basic, trial, full, unknown, stale; 50 patients"},
    situation{
              .name = "support moved what was bought for the wrong organization",
              .happens = bought_for_the_wrong_workspace,
              .ours = "enterprise, active, full, paid; all patients, notes",
              .other = "basic, trial, full, trial; 50 patients"},
    situation{
              .name = "the old subscription made room for the new one",
              .happens = replaced_by_a_newer_one,
              .ours = "enterprise, active, full, paid; all patients, notes",
              .untold = "canceled"},
    situation{
              .name = "an item has a lookup key of 390 bytes",
              .happens = lookup_key_of_many_bytes,
              .ours = "basic, active, full, paid; 50 patients"},
    situation{
              .name = "Stripe paused because nobody paid",
              .happens = paused_for_nonpayment,
              .ours = "basic, paused, none, unpaid, in dunning; 0 patients"},
    situation{
              .name = "the seats of the higher plan were set to none",
              .happens = seats_of_none,
              .ours = "basic, active, full, paid; 50 patients"},
};

std::vector<simulator::sent_event> events_of(const scene& on) {
    auto all = on.stripe->events();
    if (on.merchant) {
        const auto& theirs = on.merchant->events();
        all.insert(all.end(), theirs.begin(), theirs.end());
        std::ranges::stable_sort(all, {}, &simulator::sent_event::created);
    }
    return all;
}

}  // namespace

std::span<const situation> situations() {
    return table;
}

told_situation told(const situation& which, std::size_t number, instant end) {
    scene on(fmt::format("S{}x", number), end);
    which.happens(on);
    on.stripe->advance_to(end);
    if (on.merchant) {
        on.merchant->advance_to(end);
    }
    told_situation made{organization_id(on.ours), organization_id(on.other), {}, {}};
    for (const auto& sent : events_of(on)) {
        made.bodies.push_back(sent.bodies.front());
    }
    if (on.row) {
        mapping said;
        said.organization = made.ours;
        said.customer = customer_id(on.row->stripe_customer);
        said.id = mapping_id(said.organization, said.customer);
        said.organization_created = on.row->created_at;
        said.created = end;
        made.row = said;
    }
    return made;
}

}  // namespace billhook::situations
