#include "tools/simulator/disorder.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace billhook::simulator {

namespace {

// Where a delivery stands in line: a place and, for equal places, a lot.
struct placed {
    double place = 0;
    std::size_t lot = 0;
    planned_delivery what;
};

struct generated {
    instant created{};
    std::size_t life = 0;
    std::size_t number = 0;
    const sent_event* event = nullptr;
    bool last = false;
};

std::vector<generated> in_order(std::span<const organization_life> lives) {
    std::vector<generated> all;
    for (std::size_t life = 0; life < lives.size(); ++life) {
        std::size_t number = 0;
        for (const auto* told_by : {lives[life].stripe.get(), lives[life].merchant.get()}) {
            if (told_by == nullptr) {
                continue;
            }
            for (const auto& event : told_by->events()) {
                const bool last = lives[life].late_checkout && event.type.starts_with("checkout.");
                all.push_back({event.created, life, number++, &event, last});
            }
        }
    }
    std::ranges::sort(all, [](const generated& a, const generated& b) {
        return std::tie(a.created, a.life, a.number) < std::tie(b.created, b.life, b.number);
    });
    return all;
}

bool shares_a_second(const std::vector<generated>& all, std::size_t at) {
    const auto same = [&](std::size_t other) {
        return all[other].life == all[at].life && all[other].created == all[at].created;
    };
    return (at > 0 && same(at - 1)) || (at + 1 < all.size() && same(at + 1));
}

}  // namespace

std::vector<planned_delivery> plan_deliveries(
    std::span<const organization_life> lives,
    const disorder_settings& settings
) {
    random_source random(settings.seed ^ 0x5bd1e995ULL);
    const auto all = in_order(lives);
    const auto end = static_cast<double>(all.size());
    // Of its own, so that what is not lost stands as it would without any loss.
    random_source losing(settings.seed ^ 0x2545f491ULL);
    const auto is_lost = [&](instant created) {
        return losing.chance(settings.lost) && created >= settings.lost_from.value_or(created) &&
               created <= settings.lost_to.value_or(created);
    };
    const bool shuffled = settings.order == delivery_order::shuffled;
    std::vector<placed> line;
    const auto add = [&](double place, const planned_delivery& what) {
        line.push_back({place, line.size(), what});
    };
    const auto later_than = [&](double place) { return place + random.fraction() * (end - place); };
    for (std::size_t at = 0; at < all.size(); ++at) {
        const auto& sent = *all[at].event;
        const bool lost = is_lost(sent.created);
        for (std::size_t endpoint = 0; endpoint < sent.bodies.size(); ++endpoint) {
            const planned_delivery what{&sent.bodies[endpoint], &sent.id, all[at].life, endpoint};
            auto place = static_cast<double>(at);
            if (shuffled) {
                place = random.fraction() * end;
            } else if (random.chance(settings.late)) {
                place = later_than(place);
            } else if (random.chance(settings.reorder)) {
                const auto reach = shares_a_second(all, at) && random.chance(0.7) ? 4 : 40;
                place += static_cast<double>(random.between(1, reach)) + random.fraction();
            }
            if (all[at].last && settings.late > 0) {
                place = end + random.fraction();
            }
            if (!lost) {
                add(place, what);
            }
            if (random.chance(settings.duplicates)) {
                const auto again =
                    random.chance(0.5) ? place + 0.5 : later_than(std::min(place, end));
                if (!lost) {
                    add(again, what);
                }
            }
        }
    }
    std::ranges::sort(line, [](const placed& a, const placed& b) {
        return std::tie(a.place, a.lot) < std::tie(b.place, b.lot);
    });
    std::vector<planned_delivery> plan;
    plan.reserve(line.size());
    for (const auto& next : line) {
        plan.push_back(next.what);
    }
    return plan;
}

}  // namespace billhook::simulator
