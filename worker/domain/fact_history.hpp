#pragma once

#include "worker/domain/fact_row.hpp"
#include "worker/domain/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <vector>

namespace billhook {

// What is known of one object, second by second; whoever asks gets the same from the seconds that
// matter as from all of them (worker/README.md, "Long histories"). A second turns if not all of its
// facts and of those of the second before tell the same; those that do not turn tell nothing new.
// A value; one thread.
template <class Fact>
class fact_history {
public:
    // Whole: every fact of it.
    struct second {
        std::vector<Fact> facts;  // by event id, each once
        std::size_t last = 0;     // of `facts`: holds the second's last state
        bool turns = false;
        bool ambiguous = false;  // which fact is the last could not be told from the facts alone

        [[nodiscard]] const Fact& end() const { return facts[last]; }
    };
    using seconds = std::map<instant, second>;

    fact_history() = default;
    // Of whole seconds, as they were stored.
    explicit fact_history(std::span<const fact_row<Fact>> stored);
    // Of a whole set.
    explicit fact_history(std::span<const Fact> all);

    enum class joined : std::uint8_t { known, lesser, taken };
    // Of two bodies under one event id the greater stays. The seconds around the fact's, and around
    // that of a lesser body, must be there (needs.hpp says which).
    joined join(const Fact& fact);

    // The current fact of the set.
    [[nodiscard]] current<Fact> pick() const;
    [[nodiscard]] const seconds& all() const { return seconds_; }
    // Calls each(fact), by second, then event id.
    void each_fact(const auto& each) const {
        for (const auto& [at, one] : seconds_) {
            for (const Fact& fact : one.facts) {
                each(fact);
            }
        }
    }
    // What differs from what was stored: rows to write, and those to delete first, as a greater
    // body has another `created`.
    [[nodiscard]] std::vector<fact_row<Fact>> changed() const;
    [[nodiscard]] const std::vector<fact_key>& dropped() const { return dropped_; }

private:
    using marks = std::tuple<bool, bool, bool>;  // of a row

    void take_out(const Fact& lesser);
    // The second's facts are other ones now: judges it, and what follows from it.
    void judge_from(instant at);
    bool judge(typename seconds::iterator one, const second* before);

    seconds seconds_;
    std::set<instant> terminal_;         // seconds in which some fact is terminal
    std::map<event_id, instant> where_;  // of each fact
    std::map<event_id, marks> stored_;   // of those that were stored as they are
    std::vector<fact_key> dropped_;
};

extern template class fact_history<stripe::subscription_fact>;
extern template class fact_history<stripe::invoice_fact>;
extern template class fact_history<stripe::customer_fact>;

}  // namespace billhook
