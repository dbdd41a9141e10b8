#include "tools/replay/divergences.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/row_text.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t organizations_a_page = 500;

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
    const row_text before = text_of(from);
    const row_text after = text_of(to);
    for (std::size_t at = 0; at < before.size(); ++at) {
        const auto& [name, was] = before[at];
        const std::string& becomes = after[at].second;
        if (was != becomes && name != "as_of") {
            text += fmt::format("{}{} {} -> {}", text.empty() ? "" : ", ", name, was, becomes);
        }
    }
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
