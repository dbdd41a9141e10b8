#include "tests/permutations/walk.hpp"

#include "schemas/types/assert.hpp"
#include "tests/builders/living.hpp"
#include "worker/domain/assess.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace billhook::permutations {

namespace {

using builders::memory_projection;

// What has been delivered: each event of `once`, and one of them twice.
struct delivered {
    unsigned once = 0;
    std::optional<std::size_t> twice;

    [[nodiscard]] std::size_t different() const {
        return static_cast<std::size_t>(std::popcount(once));
    }
    [[nodiscard]] std::size_t count() const { return different() + (twice ? 1 : 0); }
    // With one more delivery; nothing if no way goes there.
    [[nodiscard]] std::optional<delivered> with(std::size_t event, bool may_repeat) const {
        if ((once >> event & 1U) == 0) {
            return delivered{once | 1U << event, twice};
        }
        return may_repeat && !twice ? std::optional{delivered{once, event}} : std::nullopt;
    }
    // Every batch leads to a greater one.
    friend bool operator<(const delivered& a, const delivered& b) {
        return std::tuple{a.count(), a.once, a.twice} < std::tuple{b.count(), b.once, b.twice};
    }
};

// The tables after some ways, and one of those ways.
struct state {
    memory_projection tables;
    std::uint64_t ways = 0;
    std::string way;
};

// How many batches may follow, by how many events are left and were delivered.
double batches_after(std::size_t left, std::size_t here, bool may_repeat, std::size_t longest) {
    if (longest == 0) {
        return 0;
    }
    double all = 0;
    if (left > 0) {
        all += static_cast<double>(left) *
               (1 + batches_after(left - 1, here + 1, may_repeat, longest - 1));
    }
    if (may_repeat && here > 0) {
        all += static_cast<double>(here) * (1 + batches_after(left, here, false, longest - 1));
    }
    return all;
}

class walker {
public:
    walker(const story& what, const breadth& how, const teller& tell)
        : what_(what),
          how_(how),
          tell_(tell),
          whole_((1U << what.events.size()) - 1),
          starts_(what.now) {
        plans_.grant_notice = std::chrono::days{7};
        for (const auto& one : what.events) {
            starts_ = std::min(starts_, one.created);
        }
        starts_ -= std::chrono::days{1};
    }

    walked all() {
        frontier_[{}].push_back({memory_projection{}, 1, {}});
        in_all_ = batches_in_all();
        while (!frontier_.empty() && out_.failures.empty()) {
            const auto here = frontier_.extract(frontier_.begin());
            share_ = 1 / static_cast<double>(here.mapped().size());
            for (const auto& from : here.mapped()) {
                check_rows(here.key(), from);
                std::vector<received> batch;
                go_on(from, here.key(), batch, {});
            }
        }
        tell_(1);
        return std::move(out_);
    }

private:
    [[nodiscard]] double batches_from(const delivered& at) const {
        return batches_after(
            what_.events.size() - at.different(),
            at.different(),
            how_.twice && !at.twice,
            how_.largest_batch
        );
    }

    [[nodiscard]] double batches_in_all() const {
        double all = 0;
        for (unsigned once = 0; once <= whole_; ++once) {
            const delivered at{once, std::nullopt};
            all += batches_from(at);
            if (how_.twice) {
                all += static_cast<double>(at.different()) * batches_from({once, 0});
            }
        }
        return all;
    }

    [[nodiscard]] instant horizon_at(const delivered& at) const {
        if (how_.horizon == time_passes::at_the_end) {
            return what_.now;
        }
        const auto step = static_cast<std::int64_t>(at.different());
        return starts_ +
               (what_.now - starts_) * step / static_cast<std::int64_t>(what_.events.size());
    }

    // Every batch that may follow `from`, of which this one is the beginning.
    void go_on(
        const state& from,
        const delivered& here,
        std::vector<received>& batch,
        const std::string& names
    ) {
        if (batch.size() == how_.largest_batch) {
            return;
        }
        for (std::size_t event = 0; event < what_.events.size() && out_.failures.empty(); ++event) {
            if (const auto next = here.with(event, how_.twice)) {
                batch.push_back(what_.events[event].what);
                const auto longer = names + " " + what_.events[event].name;
                arrive(from, *next, batch, longer);
                go_on(from, *next, batch, longer);
                batch.pop_back();
            }
        }
    }

    void arrive(
        const state& from,
        const delivered& at,
        const std::vector<received>& batch,
        const std::string& names
    ) {
        state next{from.tables, from.ways, {}};
        const auto horizon = horizon_at(at);
        builders::fold_in(next.tables, batch, plans_, horizon);
        if (how_.horizon == time_passes::meanwhile) {
            builders::tick(next.tables, plans_, horizon);
        }
        ++out_.batches;
        // From several states the same batches follow: each counts for its part.
        walked_ += share_;
        if (out_.batches % 1000 == 0) {
            tell_(walked_ / in_all_);
        }
        for (const auto& wrong : builders::told_twice(from.tables, next.tables)) {
            fail(from.way + " |" + names, wrong + " (I6)");
        }
        auto& met = frontier_[at];
        const auto same = std::find_if(met.begin(), met.end(), [&](const state& known) {
            return known.tables == next.tables;
        });
        if (same != met.end()) {
            same->ways += from.ways;
            return;
        }
        next.way = from.way + (from.way.empty() ? "" : " |") + names;
        ++out_.states;
        check_invariants(at, next);
        met.push_back(std::move(next));
    }

    void fail(const std::string& way, const std::string& what) {
        out_.failures.push_back(way + ": " + what);
    }

    void check_invariants(const delivered& at, const state& one) {
        std::int64_t deliveries = 0;
        for (const auto& [id, row] : one.tables.journal()) {
            deliveries += row.deliveries;
        }
        if (deliveries != static_cast<std::int64_t>(at.count())) {
            fail(one.way, "the journal does not count every delivery (I5)");
        }
        for (const auto& [organization, stored] : one.tables.standings()) {
            if (assess(one.tables.load(organization), plans_, stored.as_of) != stored) {
                fail(one.way, "a standing is not what its facts say (I11)");
            }
        }
    }

    // The same events leave the same rows, be one of them delivered twice or not.
    void check_rows(const delivered& at, const state& one) {
        auto rows = one.tables.dump();
        const auto [known, first] = rows_.try_emplace(at.once, one.way, rows);
        if (!first && known->second.second != rows) {
            fail(one.way, "other tables than after" + known->second.first + " (I4)");
        }
        if (at.once == whole_) {
            out_.ways += one.ways;
        }
    }

    const story& what_;
    const breadth& how_;
    const teller& tell_;
    unsigned whole_;
    instant starts_;
    catalogue plans_ = builders::example_plans();
    std::map<delivered, std::vector<state>> frontier_;
    std::map<unsigned, std::pair<std::string, std::vector<std::string>>> rows_;
    double in_all_ = 1;  // batches to fold if equal sets of events leave one state each
    double walked_ = 0;
    double share_ = 1;
    walked out_;
};

std::uint64_t factorial(std::size_t of) {
    return of == 0 ? 1 : of * factorial(of - 1);
}

// Ways to cut so many deliveries into batches.
std::uint64_t cuts(std::size_t deliveries, std::size_t largest) {
    std::vector<std::uint64_t> of{1};
    for (std::size_t length = 1; length <= deliveries; ++length) {
        std::uint64_t all = 0;
        for (std::size_t last = 1; last <= std::min(length, largest); ++last) {
            all += of[length - last];
        }
        of.push_back(all);
    }
    return of.back();
}

}  // namespace

walked walk(const story& what, const breadth& how, const teller& tell) {
    BILLHOOK_ASSERT(!what.events.empty() && what.events.size() <= longest_story);
    BILLHOOK_ASSERT(how.largest_batch > 0);
    return walker{what, how, tell}.all();
}

std::uint64_t ways_of(std::size_t events, const breadth& how) {
    auto all = factorial(events) * cuts(events, how.largest_batch);
    if (how.twice) {
        all += factorial(events + 1) / 2 * events * cuts(events + 1, how.largest_batch);
    }
    return all;
}

}  // namespace billhook::permutations
