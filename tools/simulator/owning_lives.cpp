#include "tools/simulator/lives.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Whose it is: sessions that nobody completed, strangers that claim, customers from before the log.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

organization_id stranger(const stage& on) {
    return organization_id(on.life.organization.text() + "_other");
}

// The customer looks at a Checkout for another organization and goes away.
void checkout_left(stage& on) {
    // What support makes by hand has neither a session nor metadata.
    const bool by_hand = on.random.chance(0.5);
    if (by_hand && on.how == mapped_by::subscription) {
        on.how = mapped_by::customer;
    }
    const auto made = on.pay_on(0, days{8});
    on.stripe().advance_to(on.before_end(days{5}, days{7}));
    on.stripe().leave_checkout(on.customer, stranger(on).text(), days{1});
    if (by_hand) {
        if (on.how == mapped_by::checkout) {
            on.how = mapped_by::row;
            on.life.row = organization_row{on.stripe().at(made).created, ""};
        }
        on.stripe().cancel_now(made, "cancellation_requested");
        on.join(on.before_end(days{2}, days{3}), on.plans.plans.size() - 1);
    }
    on.stripe().advance_to(on.before_end(1h, 20h));
    on.stripe().leave_checkout(on.customer, stranger(on).text(), days{1});
}

// Bought for another organization, then moved by support.
void wrong_workspace(stage& on) {
    on.how = mapped_by::checkout;
    on.bought_for = stranger(on).text();
    const auto made = on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().set_metadata(
        made,
        {
            {"organization_id", on.life.organization.text()}
    }
    );
}

// Sells a subscription of its own, with our lookup key and our organization's name on it.
void add_merchant(stage& on) {
    auto theirs = on.stripe_settings;
    theirs.prefix += "m";
    theirs.connected = "acct_1" + theirs.prefix;
    const metadata pairs{
        {"organization_id", on.life.organization.text()}
    };
    on.life.merchant = std::make_unique<account>(theirs, on.before_end(days{3}, days{20}));
    auto& account = *on.life.merchant;
    const auto buyer = account.create_customer(pairs);
    account.set_card(buyer, card::good);
    subscribe_options options;
    options.price = on.price_of(on.plans.plans.size() - 1);
    options.metadata = pairs;
    account.subscribe(buyer, options);
    account.advance_to(on.end());
}

void merchant_sells(stage& on) {
    add_merchant(on);
    const auto made = on.pay_on(0, days{5});
    if (on.random.chance(0.5)) {
        on.stripe().advance_to(on.before_end(1h, days{4}));
        on.stripe().cancel_now(made, "cancellation_requested");
    }
}

// A payer whose sign-up was never heard of; the application's row names the customer.
void begin_unheard(stage& on) {
    on.unheard = true;
    on.how = mapped_by::row;
}

void add_linked_row(stage& on, instant when) {
    on.life.row = organization_row{when, on.customer};
}

void changes_address(stage& on) {
    begin_unheard(on);
    const auto begin = on.before_end(days{40}, days{80});
    on.join(begin, on.price_of(on.any_plan(), 12));
    add_linked_row(on, begin);
    on.stripe().advance_to(on.before_end(1h, days{20}));
    on.stripe().hear();
    on.stripe().rename_customer(on.customer, "Practice at the new address");
    on.stripe().lose("");
}

// A subscription from before renews; of it all is heard from then on, or its invoice alone.
void renews_from_before(stage& on, bool invoice_alone) {
    begin_unheard(on);
    on.keep_after_dunning();
    const auto boundary = on.before_end(2h, days{20});
    const auto begin = on.start_before(boundary);
    on.join(begin, on.any_plan());
    add_linked_row(on, begin);
    on.stripe().advance_to(boundary - 20min);
    if (!invoice_alone && on.random.chance(0.4)) {
        on.stripe().set_card(on.customer, card::declining);
    }
    on.stripe().hear();
    if (invoice_alone) {
        on.stripe().lose("customer.");
    }
}

void invoice_from_before(stage& on) {
    renews_from_before(on, true);
}

void renewal_from_before(stage& on) {
    renews_from_before(on, false);
}

// Of the subscriptions that end with the customer nothing is said.
void deleted_with_customer(stage& on) {
    on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().lose("customer.subscription.");
    on.stripe().delete_customer(on.customer);
}

constexpr std::array owning_table{
    named_life{"checkout_left",         1, checkout_left        },
    named_life{"wrong_workspace",       1, wrong_workspace      },
    named_life{"merchant_sells",        1, merchant_sells       },
    named_life{"changes_address",       2, changes_address      },
    named_life{"invoice_from_before",   1, invoice_from_before  },
    named_life{"renewal_from_before",   1, renewal_from_before  },
    named_life{"deleted_with_customer", 1, deleted_with_customer},
};

}  // namespace

std::span<const named_life> owning_lives() {
    return owning_table;
}

}  // namespace billhook::simulator
