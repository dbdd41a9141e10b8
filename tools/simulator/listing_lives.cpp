#include "tools/simulator/lives.hpp"
#include "tools/simulator/render.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

// What is sold: listed in the catalogue or not, beside a plan, in any number, under a key that
// moved.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::seconds;

// Whoever subscribed before stays on the old price, which has lost its key.
void key_moved(stage& on) {
    const auto boundary = on.before_end(2h, days{20});
    const auto plan = on.any_plan();
    on.join(on.start_before(boundary), plan);
    on.stripe().advance_to(boundary - on.span(1h, days{8}));
    on.stripe().move_lookup_key(on.price_of(plan).id);
    if (on.random.chance(0.3)) {
        on.stripe().set_card(on.customer, card::declining);
    }
}

void seats(stage& on) {
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.quantity = 3;
    const auto made = on.join(on.start_before(on.before_end(days{4}, days{26})), options);
    on.stripe().advance_to(on.before_end(1h, days{3}));
    on.stripe().set_quantity(made, options.price, on.random.between(0, 7));
}

// The seats of the highest plan are set to none, not removed.
void seats_of_none(stage& on) {
    const auto top = on.price_of(on.plans.plans.size() - 1);
    subscribe_options options;
    options.price = on.price_of(0);
    options.quantity = 3;
    options.after = {
        {"", top, 2}
    };
    const auto made = on.join(on.start_before(on.before_end(days{4}, days{26})), options);
    on.stripe().advance_to(on.before_end(1h, days{3}));
    on.stripe().set_quantity(made, top, 0);
}

// A second subscription whose price belongs to no plan.
void addon(stage& on) {
    on.pay_on(on.any_plan(), days{5});
    on.join(on.before_end(1h, days{4}), on.addon_price());
}

void addon_as_item(stage& on) {
    const auto made = on.pay_on(on.any_plan(), days{5});
    on.stripe().advance_to(on.before_end(1h, days{4}));
    on.stripe().add_item(made, on.addon_price(), on.random.between(1, 4));
}

void addon_in_trial(stage& on) {
    const auto begin = on.before_end(on.plans.trial / 4, on.plans.trial * 9 / 10);
    on.open(begin);
    on.join(begin + on.plans.trial / 10, on.addon_price());
}

void addon_alone(stage& on) {
    const auto begin = on.before_end(on.plans.trial + 3h, on.plans.trial + days{40});
    on.open(begin);
    on.join(begin + on.span(1h, on.plans.trial), on.addon_price());
}

void unlisted(stage& on) {
    const auto begin = on.before_end(on.plans.trial + 3h, on.plans.trial + days{50});
    on.open(begin);
    on.join(begin + on.span(1h, days{5}), on.unlisted_price());
}

void unlisted_in_trial(stage& on) {
    const auto begin = on.before_end(on.plans.trial / 4, on.plans.trial * 9 / 10);
    on.open(begin);
    on.join(begin + on.plans.trial / 10, on.unlisted_price());
}

void unlisted_as_item(stage& on) {
    subscribe_options options;
    options.before = {
        {"", on.unlisted_price(), 1}
    };
    options.price = on.price_of(on.any_plan());
    on.join(on.start_before(on.before_end(2h, days{26})), std::move(options));
}

// A contract of its own after a plan that ended.
void unlisted_after_listed(stage& on) {
    const auto first = on.before_end(days{40}, days{60});
    const auto made = on.join(first, on.any_plan());
    on.stripe().advance_to(first + on.span(days{20}, days{25}));
    on.stripe().cancel_now(made, "cancellation_requested");
    on.join(on.before_end(1h, days{10}), on.unlisted_price());
}

// The new subscription is made first, then the old one makes room.
void replaced(stage& on) {
    const auto old = on.pay_on(0, days{5});
    on.join(on.before_end(2h, days{4}), on.plans.plans.size() - 1);
    on.stripe().advance_to(on.stripe().now() + on.span(0s, 2min));
    on.stripe().cancel_now(old, "cancellation_requested");
}

std::string repeated(const char* text, std::size_t times) {
    std::string all;
    for (std::size_t count = 0; count < times; ++count) {
        all += text;
    }
    return all;
}

// Stripe allows a lookup key 200 characters: up to 800 bytes.
void long_lookup_key(stage& on) {
    auto extra = on.unlisted_price();
    extra.id += "long";
    extra.lookup_key =
        on.random.chance(0.5) ? repeated("\u3042", 130) : repeated("\U0001F4A9", 200);
    subscribe_options options;
    options.price = on.price_of(on.any_plan());
    options.after = {
        {"", extra, 1}
    };
    on.join(on.start_before(on.before_end(2h, days{26})), std::move(options));
}

// NUL and half a surrogate pair, in what nobody reads.
void odd_text(stage& on) {
    const std::string odd = std::string("a\0b", 3) + lone_surrogate + "c";
    auto sold = on.price_of(on.any_plan());
    sold.name = odd;
    const auto boundary = on.before_end(2h, days{26});
    const auto made = on.join(on.start_before(boundary), sold);
    on.stripe().rename_customer(on.customer, odd);
    auto pairs = on.stripe().at(made).metadata;
    pairs["note"] = odd;
    on.stripe().set_metadata(made, pairs);
    if (on.random.chance(0.5)) {
        on.stripe().advance_to(boundary - 20min);
        on.stripe().set_card(on.customer, card::declining);
    }
}

constexpr std::array listing_table{
    named_life{"key_moved",             3, key_moved            },
    named_life{"seats",                 2, seats                },
    named_life{"seats_of_none",         1, seats_of_none        },
    named_life{"addon",                 2, addon                },
    named_life{"addon_as_item",         1, addon_as_item        },
    named_life{"addon_in_trial",        2, addon_in_trial       },
    named_life{"addon_alone",           1, addon_alone          },
    named_life{"unlisted",              2, unlisted             },
    named_life{"unlisted_in_trial",     2, unlisted_in_trial    },
    named_life{"unlisted_as_item",      1, unlisted_as_item     },
    named_life{"unlisted_after_listed", 1, unlisted_after_listed},
    named_life{"replaced",              2, replaced             },
    named_life{"long_lookup_key",       1, long_lookup_key      },
    named_life{"odd_text",              1, odd_text             },
};

}  // namespace

std::span<const named_life> listing_lives() {
    return listing_table;
}

}  // namespace billhook::simulator
