#include "tools/simulator/scenario.hpp"

#include "schemas/types/assert.hpp"
#include "tools/simulator/calendar.hpp"
#include "tools/simulator/lives.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const named_life& choose(random_source& random, std::size_t position) {
    static const auto all = [] {
        std::vector<named_life> lives;
        std::ranges::copy(good_lives(), std::back_inserter(lives));
        std::ranges::copy(failing_lives(), std::back_inserter(lives));
        return lives;
    }();
    // Each life once first, so that a small scenario has them all; then by weight.
    if (position < all.size()) {
        return all[position];
    }
    std::int64_t total = 0;
    for (const auto& life : all) {
        total += life.weight;
    }
    auto left = random.between(0, total - 1);
    for (const auto& life : all) {
        left -= life.weight;
        if (left < 0) {
            return life;
        }
    }
    return all.back();
}

std::vector<std::string> versions_for(random_source& random) {
    static const std::vector<std::string> before{"2020-08-27", "2022-11-15", "2024-06-20"};
    static const std::vector<std::string> after{
        "2025-03-31.basil", "2025-09-30.clover", "2026-03-25.dahlia"};
    const auto two = random.chance(0.1);
    std::vector<std::string> versions{random.one_of(random.chance(0.5) ? before : after)};
    if (two) {
        versions.push_back(random.one_of(versions.front() < "2025" ? after : before));
    }
    return versions;
}

mapped_by choose_mapping(random_source& random) {
    const auto drawn = random.between(1, 10);
    return drawn <= 4   ? mapped_by::subscription
           : drawn <= 7 ? mapped_by::customer
           : drawn <= 9 ? mapped_by::checkout
                        : mapped_by::row;
}

// What the application keeps of the organization: at sign-up, so never before Stripe's customer.
void add_row(stage& on) {
    if (on.life.row || !on.life.stripe) {
        return;
    }
    const bool only_link = on.how == mapped_by::row;
    if (only_link || on.random.chance(0.8)) {
        instant created = on.end();
        for (const auto& [id, who] : on.life.stripe->told_customers()) {
            created = std::min(created, who.created);
        }
        on.life.row = organization_row{created, only_link ? on.customer : ""};
    }
}

std::string base_36(std::size_t number) {
    static constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string text;
    do {
        text.insert(text.begin(), letters[number % 36]);
        number /= 36;
    } while (number != 0);
    return text;
}

organization_life attempt(
    const scenario_settings& settings,
    const catalogue& plans,
    std::size_t number,
    std::uint64_t seed
) {
    random_source random(seed);
    stage on(plans, settings, random);
    const auto& script = choose(random, number);
    const auto code = base_36(number);
    on.life.name = script.name;
    on.life.organization = organization_id("org_" + settings.prefix + "_" + code);
    on.how = choose_mapping(random);
    on.stripe_settings.prefix = settings.prefix + "x" + code + "x";
    on.stripe_settings.seed = seed ^ 0x9e3779b97f4a7c15ULL;
    on.stripe_settings.livemode = settings.livemode;
    on.stripe_settings.api_versions = versions_for(random);
    on.stripe_settings.retries = random.chance(0.7)
                                     ? std::vector<std::chrono::seconds>{days{3}, days{5}, days{7}}
                                     : std::vector<std::chrono::seconds>{
                                           days{1}, days{3}, days{6}, days{9}, days{12}, days{14}};
    on.stripe_settings.collect_after = 1h + std::chrono::seconds{random.between(0, 180)};
    on.life.endpoints = on.stripe_settings.api_versions.size();
    script.script(on);
    if (on.life.stripe) {
        on.life.stripe->advance_to(settings.end);
    }
    add_row(on);
    on.life.late_checkout = on.how == mapped_by::checkout && random.chance(0.5);
    return std::move(on.life);
}

bool is_steady(const organization_life& life, const catalogue& plans, instant end) {
    const auto who = life.as_subject();
    const auto now = answer_at(who, plans, end);
    return now == answer_at(who, plans, end - 10min) && now == answer_at(who, plans, end + 10min) &&
           now == answer_at(who, plans, end + 2h);
}

}  // namespace

std::chrono::seconds stage::span(std::chrono::seconds low, std::chrono::seconds high) {
    return std::chrono::seconds{random.between(low.count(), std::max(low, high).count())};
}

instant stage::before_end(std::chrono::seconds low, std::chrono::seconds high) {
    return end() - span(low, high);
}

price stage::price_of(std::size_t index) const {
    const auto& of = plans.plans[index];
    price made;
    made.id = of.prices.empty() ? "price_1" + settings.prefix + of.key : *of.prices.begin();
    made.product = of.products.empty() ? "prod_1" + settings.prefix + of.key : *of.products.begin();
    made.lookup_key = of.lookup_keys.empty() ? "" : *of.lookup_keys.begin();
    made.name = of.name;
    made.amount_minor = 2900 + 7000 * static_cast<std::int64_t>(index);
    made.plan = index;
    return made;
}

std::size_t stage::any_plan() {
    return static_cast<std::size_t>(
        random.between(0, static_cast<std::int64_t>(plans.plans.size()) - 1)
    );
}

patience_with stage::policy(std::size_t plan) const {
    return rules_of(plans, life.organization, &plans.plans[plan]);
}

instant stage::start_before(instant boundary) {
    const auto first = months_after(end(), -settings.months);
    std::vector<instant> starts;
    for (int count = 1; count <= 12; ++count) {
        const auto start = months_after(boundary, -count);
        // The 31st does not come back to itself over a shorter month.
        const bool returns = months_after(start, count) == boundary;
        if (returns && (starts.empty() || start >= first)) {
            starts.push_back(start);
        }
    }
    return random.one_of(starts);
}

void stage::open(instant when) {
    life.stripe = std::make_unique<account>(stripe_settings, when);
    metadata pairs{
        {"signup", "self_service"}
    };
    if (how == mapped_by::customer) {
        pairs["organization_id"] = life.organization.text();
    }
    customer = stripe().create_customer(pairs);
}

std::string stage::subscribe(instant when, subscribe_options options, card kind) {
    stripe().advance_to(when);
    if (kind != card::none) {
        stripe().set_card(customer, kind);
    }
    if (how == mapped_by::subscription) {
        options.metadata["organization_id"] = life.organization.text();
    }
    options.flexible = random.chance(0.5);
    options.shows_end_state = options.trial == 0s && random.chance(0.3);
    const auto made = stripe().subscribe(customer, options);
    if (how == mapped_by::checkout) {
        stripe().complete_checkout(made, life.organization.text());
    }
    return made;
}

std::string stage::join(instant when, std::size_t plan) {
    if (!life.stripe) {
        open(when - (random.chance(0.5) ? 0s : span(1min, 6h)));
    }
    subscribe_options options;
    options.price = price_of(plan);
    return subscribe(when, std::move(options), card::good);
}

std::vector<organization_life> make_scenario(
    const scenario_settings& settings,
    const catalogue& plans
) {
    BILLHOOK_ASSERT(!plans.plans.empty());
    random_source seeds(settings.seed);
    std::vector<organization_life> lives;
    for (std::size_t number = 0; number < settings.organizations; ++number) {
        for (bool steady = false; !steady;) {
            const auto seed = static_cast<std::uint64_t>(seeds.between(0, (1LL << 62) - 1));
            auto life = attempt(settings, plans, number, seed);
            steady = is_steady(life, plans, settings.end);
            if (steady) {
                lives.push_back(std::move(life));
            }
        }
    }
    return lives;
}

}  // namespace billhook::simulator
