#include "tools/simulator/scenario.hpp"

#include "schemas/types/assert.hpp"
#include "tools/simulator/lives.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// The lives of these names, or all that are in the mix.
std::vector<named_life> lives_of(const std::set<std::string>& kinds) {
    std::vector<named_life> lives;
    for (const auto& some :
         {good_lives(),
          failing_lives(),
          pausing_lives(),
          billing_lives(),
          listing_lives(),
          owning_lives(),
          scheduling_lives()}) {
        std::ranges::copy_if(some, std::back_inserter(lives), [&](const named_life& each) {
            return kinds.empty() ? each.weight > 0 : kinds.contains(each.name);
        });
    }
    BILLHOOK_ASSERT(!lives.empty());
    return lives;
}

const named_life& choose(
    const std::vector<named_life>& all,
    random_source& random,
    std::size_t position
) {
    // Each life once first, so that a small scenario has them all; then by weight.
    if (position < all.size()) {
        return all[position];
    }
    const auto weight_of = [](const named_life& life) { return std::max(life.weight, 1); };
    std::int64_t total = 0;
    for (const auto& life : all) {
        total += weight_of(life);
    }
    auto left = random.between(0, total - 1);
    for (const auto& life : all) {
        left -= weight_of(life);
        if (left < 0) {
            return life;
        }
    }
    return all.back();
}

std::vector<std::string> versions_for(random_source& random) {
    static const std::vector<std::string> before{"2020-08-27", "2022-11-15", "2024-06-20"};
    static const std::vector<std::string> after{
        "2025-03-31.basil", "2025-09-30.clover", "2026-03-25.dahlia", "2026-09-30.endive"};
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
        for (const auto& [id, who] : on.life.stripe->told().customers) {
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
    const std::vector<named_life>& kinds,
    std::size_t number,
    std::uint64_t seed
) {
    random_source random(seed);
    stage on(plans, settings, random);
    const auto& script = choose(kinds, random, number);
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
    script.script(on);
    on.life.endpoints = on.stripe_settings.api_versions.size();
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

std::vector<organization_life> make_scenario(
    const scenario_settings& settings,
    const catalogue& plans
) {
    BILLHOOK_ASSERT(!plans.plans.empty());
    const auto kinds = lives_of(settings.kinds);
    random_source seeds(settings.seed);
    std::vector<organization_life> lives;
    for (std::size_t number = 0; number < settings.organizations; ++number) {
        for (bool steady = false; !steady;) {
            const auto seed = static_cast<std::uint64_t>(seeds.between(0, (1LL << 62) - 1));
            auto life = attempt(settings, plans, kinds, number, seed);
            steady = is_steady(life, plans, settings.end);
            if (steady) {
                lives.push_back(std::move(life));
            }
        }
    }
    return lives;
}

}  // namespace billhook::simulator
