#include "tools/rebuild/divergences.hpp"

#include "schemas/io/postgres/unknown_access.hpp"
#include "worker/domain/assess.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t organizations_a_page = 500;

std::string text_of(const std::string& text) {
    return text;
}
std::string text_of(const std::optional<std::string>& text) {
    return text.value_or("none");
}
std::string text_of(bool flag) {
    return flag ? "true" : "false";
}
std::string text_of(const std::optional<instant>& at) {
    return at ? to_rfc3339(*at) : "none";
}
template <class Tag>
std::string text_of(const std::optional<strong_id<Tag>>& id) {
    return id ? id->text() : "none";
}
std::string text_of(access_level what) {
    return std::string(to_word(what));
}
std::string text_of(reason what) {
    return std::string(to_word(what));
}
std::string text_of(const feature_map& features) {
    return postgres::features_json(features);
}

// Two sides' organizations, each by id, as pairs of the same one.
class pairs {
public:
    pairs(snapshot_reader& first, snapshot_reader& second)
        : sides_{
              {&first,  {}},
              {&second, {}}
    } {}

    struct pair {
        organization_id which;
        std::optional<organization_facts> first;
        std::optional<organization_facts> second;
    };
    std::optional<pair> next() {
        const auto* const one = sides_[0].front();
        const auto* const other = sides_[1].front();
        if (one == nullptr && other == nullptr) {
            return std::nullopt;
        }
        const bool is_first = other == nullptr || (one != nullptr && *one <= *other);
        pair found{.which = is_first ? *one : *other, .first = {}, .second = {}};
        found.first = sides_[0].take(found.which);
        found.second = sides_[1].take(found.which);
        return found;
    }

private:
    struct side {
        snapshot_reader* from;
        std::deque<organization_facts> page;

        const organization_id* front() {
            if (page.empty()) {
                auto more = from->next(organizations_a_page);
                std::move(more.begin(), more.end(), std::back_inserter(page));
            }
            return page.empty() ? nullptr : &page.front().organization;
        }
        std::optional<organization_facts> take(const organization_id& which) {
            if (page.empty() || page.front().organization != which) {
                return std::nullopt;
            }
            auto taken = std::move(page.front());
            page.pop_front();
            return taken;
        }
    };
    side sides_[2];
};

void add(std::string& to, const std::string& text) {
    to += (to.empty() || text.empty() ? "" : "; ") + text;
}

// What is stored of one side against its own facts.
void add_own(
    std::string& to,
    const std::string& name,
    const organization_facts& facts,
    const catalogue& plans
) {
    if (!facts.stored) {
        add(to, name + ": not assessed");
        return;
    }
    const auto differing = change_text(*facts.stored, assess(facts, plans, facts.stored->as_of));
    if (!differing.empty()) {
        add(to,
            fmt::format("{} holds what its facts and these plans do not give: {}", name, differing)
        );
    }
}

template <class Judge>
std::vector<standing_divergence> judged(
    snapshot_reader& live,
    snapshot_reader& built,
    const compared_watch& watch,
    const Judge& judge
) {
    std::vector<standing_divergence> all;
    pairs both(live, built);
    std::int64_t compared = 0;
    while (const auto one = both.next()) {
        std::string what = judge(*one);
        if (!what.empty()) {
            all.push_back({one->which, std::move(what)});
        }
        watch(++compared);
    }
    return all;
}

std::string one_sided(const pairs::pair& one, const std::string& live, const std::string& built) {
    if (one.first && one.second) {
        return {};
    }
    return fmt::format("only in {}", one.first ? live : built);
}

}  // namespace

std::string change_text(const standing& from, const standing& to) {
    std::string text;
    const auto column = [&](const char* name, const auto& before, const auto& after) {
        if (before != after) {
            text += fmt::format(
                "{}{} {} -> {}", text.empty() ? "" : ", ", name, text_of(before), text_of(after)
            );
        }
    };
    column("plan", from.plan, to.plan);
    column("subscription_status", from.subscription_status, to.subscription_status);
    column("access", from.access, to.access);
    column("reason", from.why, to.why);
    column("in_dunning", from.in_dunning, to.in_dunning);
    column("grace_until", from.grace_until, to.grace_until);
    column("restricted_until", from.restricted_until, to.restricted_until);
    column("next_change_at", from.next_change_at, to.next_change_at);
    column("stale", from.stale, to.stale);
    column("features", from.features, to.features);
    column("customer", from.customer, to.customer);
    column("subscription", from.subscription, to.subscription);
    return text;
}

std::vector<standing_divergence> compare_standings(
    snapshot_reader& live,
    snapshot_reader& built,
    const catalogue& plans,
    const compared_watch& watch
) {
    const std::string& first = live.of().name;
    const std::string& second = built.of().name;
    const instant now = std::max(live.horizon(), built.horizon());
    return judged(live, built, watch, [&](const pairs::pair& one) {
        std::string what = one_sided(one, first, second);
        if (one.first && one.second) {
            const auto differing =
                change_text(assess(*one.first, plans, now), assess(*one.second, plans, now));
            if (!differing.empty()) {
                add(what, fmt::format("the facts give, {} -> {}: {}", first, second, differing));
            }
        }
        if (one.first) {
            add_own(what, first, *one.first, plans);
        }
        if (one.second) {
            add_own(what, second, *one.second, plans);
        }
        return what;
    });
}

std::vector<standing_divergence> changes_by_promote(
    snapshot_reader& live,
    snapshot_reader& built,
    const catalogue& plans,
    const compared_watch& watch
) {
    return judged(live, built, watch, [&](const pairs::pair& one) {
        std::string what = one_sided(one, live.of().name, built.of().name);
        if (one.first && one.second && one.first->stored) {
            const instant at = one.first->stored->as_of;
            what = change_text(*one.first->stored, assess(*one.second, plans, at));
        }
        return what;
    });
}

}  // namespace billhook
