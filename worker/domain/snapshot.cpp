#include "worker/domain/snapshot.hpp"

#include "schemas/stripe/fact_text.hpp"
#include "worker/domain/content.hpp"
#include "worker/domain/walk.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace billhook {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::place;
using stripe::subscription_fact;

namespace {

template <class Fact>
bool replaced_something(const content<Fact>& one) {
    return !all_of_members<decltype(one.now)>([&](auto each) {
        return !std::get<each>(one.replaced.members());
    });
}

// B follows A if B replaced something, all of it is what A holds, and the two differ.
template <class Fact>
bool follows(const content<Fact>& b, const content<Fact>& a) {
    return replaced_something(b) && all_of_members<decltype(a.now)>([&](auto each) {
               const auto& old = std::get<each>(b.replaced.members());
               return !old || *old == std::get<each>(a.now.members());
           }) &&
           a.now != b.now;
}

// What only ever rises within the life of an object; compared as a whole.
using rising = std::array<std::int64_t, 3>;

std::int64_t status_rank(std::string_view status) {
    constexpr std::array<std::string_view, 3> order{"draft", "open", "uncollectible"};
    if (status == "paid" || status == "void") {
        return 4;
    }
    const auto at = std::find(order.begin(), order.end(), status);
    return at == order.end() ? 0 : 1 + (at - order.begin());
}

rising evidence_of(const invoice_fact& fact) {
    const auto& state = fact.state;
    const auto transitions = static_cast<std::int64_t>(state.finalized_at.has_value()) +
                             static_cast<std::int64_t>(state.paid_at.has_value()) +
                             static_cast<std::int64_t>(state.voided_at.has_value()) +
                             static_cast<std::int64_t>(state.marked_uncollectible_at.has_value());
    return {status_rank(state.status), state.attempt_count, transitions};
}

rising evidence_of(const subscription_fact& fact) {
    auto start = fact.state.period_start;
    for (const auto& item : fact.state.items) {
        start = std::max(start, item.period_start);
    }
    return {start ? 1 + to_unix_seconds(*start) : 0, 0, 0};
}

rising evidence_of(const customer_fact&) {
    return {};
}

template <class Fact>
using second_of = std::vector<const Fact*>;
template <class Fact>
using pointers = std::vector<const content<Fact>*>;

template <class Fact>
const content<Fact>& greatest_id(const pointers<Fact>& facts) {
    return **std::max_element(facts.begin(), facts.end(), [](const auto* a, const auto* b) {
        return a->fact->event < b->fact->event;
    });
}

template <class Fact>
bool all_equal(const pointers<Fact>& facts) {
    return std::all_of(facts.begin(), facts.end(), [&](const auto* f) {
        return f->now == facts.front()->now;
    });
}

template <class Fact>
pointers<Fact> at_place(const pointers<Fact>& facts, place wanted) {
    pointers<Fact> found;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(found), [&](const auto* f) {
        return f->fact->within_second == wanted;
    });
    return found;
}

template <class Fact>
pointers<Fact> followed_by_none(const pointers<Fact>& facts) {
    pointers<Fact> found;
    for (const auto* fact : facts) {
        if (std::none_of(facts.begin(), facts.end(), [&](const auto* other) {
                return follows(*other, *fact);
            })) {
            found.push_back(fact);
        }
    }
    return found.empty() ? facts : found;
}

template <class Fact>
pointers<Fact> with_greatest_evidence(const pointers<Fact>& facts) {
    rising greatest = evidence_of(*facts.front()->fact);
    for (const auto* one : facts) {
        greatest = std::max(greatest, evidence_of(*one->fact));
    }
    pointers<Fact> found;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(found), [&](const auto* f) {
        return evidence_of(*f->fact) == greatest;
    });
    return found;
}

// Where the walk of the second's facts begins. What all of them tell alike and none has changed was
// so before them: the state before may come from a version of the API that had no such field.
template <class Fact, class State>
State start_of_the_walk(State before, const pointers<Fact>& facts) {
    const auto& first = *facts.front();
    all_of_members<State>([&](auto each) {
        const auto& still = std::get<each>(first.now.members());
        if (std::all_of(facts.begin(), facts.end(), [&](const auto* f) {
                return !std::get<each>(f->replaced.members()) &&
                       std::get<each>(f->now.members()) == still;
            })) {
            std::get<each>(before.members()) = still;
        }
        return true;
    });
    return before;
}

// The walk of the second's facts from the state before it; nullptr if it leads nowhere certain.
template <class Fact, class State>
const content<Fact>* end_of_the_walk(
    const pointers<Fact>& facts,
    const std::optional<State>& before
) {
    if (!before || facts.empty()) {
        return nullptr;
    }
    std::vector<State> states{start_of_the_walk(*before, facts)};
    const auto number_of = [&](const State& state) {
        const auto known = std::find(states.begin(), states.end(), state);
        if (known == states.end()) {
            states.push_back(state);
            return states.size() - 1;
        }
        return static_cast<std::size_t>(known - states.begin());
    };
    std::vector<move> moves;
    for (const auto* one : facts) {
        const auto from = number_of(one->before);
        moves.push_back({from, number_of(one->now)});
    }
    const auto end = end_of_walk(moves, 0);
    if (!end) {
        return nullptr;
    }
    pointers<Fact> there;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(there), [&](const auto* f) {
        return f->now == states[*end];
    });
    return there.empty() ? nullptr : &greatest_id(there);
}

// An assumption says nothing of a second of which something is told.
template <class Fact>
second_of<Fact> told_in(const second_of<Fact>& second) {
    second_of<Fact> told;
    std::ranges::copy_if(second, std::back_inserter(told), [](const Fact* fact) {
        return fact->says != stripe::evidence::assumed;
    });
    return told.empty() ? second : told;
}

// The current one among `all`, facts of one second. `before` is asked for the fact that was
// current before that second (nullptr: none), and only if the walk needs it.
template <class Fact, class Before>
current<Fact> last_of(const second_of<Fact>& all, Before before) {
    if (all.size() == 1) {
        return {all.front(), false};
    }
    const auto second = told_in(all);
    std::vector<content<Fact>> contents;
    contents.reserve(second.size());
    pointers<Fact> facts;
    pointers<Fact> terminal;
    for (const Fact* fact : second) {
        facts.push_back(&contents.emplace_back(content_of(*fact)));
        if (is_terminal(*fact)) {
            terminal.push_back(facts.back());
        }
    }
    auto candidates = terminal.empty() ? facts : terminal;
    for (const auto late : {place::last, place::middle}) {
        if (auto found = at_place(candidates, late); !found.empty()) {
            candidates = std::move(found);
            break;
        }
    }
    candidates = followed_by_none(candidates);
    if (all_equal(candidates)) {
        return {greatest_id(candidates).fact, false};
    }
    candidates = with_greatest_evidence(candidates);
    if (all_equal(candidates)) {
        return {greatest_id(candidates).fact, false};
    }
    using state = decltype(Fact::state);
    std::optional<state> start;
    if (const auto created = at_place(facts, place::first); !created.empty()) {
        start = greatest_id(created).now;
    } else if (const Fact* earlier = before()) {
        start = content_of(*earlier).now;
    }
    const auto* end = end_of_the_walk(at_place(facts, place::middle), start);
    // Stripe does not lead out of a terminal state, so a walk that does was misread.
    const bool certain = end != nullptr && (terminal.empty() || is_terminal(*end->fact));
    return {(certain ? *end : greatest_id(candidates)).fact, true};
}

template <class Fact>
std::vector<second_of<Fact>> by_second(std::span<const Fact> facts) {
    second_of<Fact> sorted;
    sorted.reserve(facts.size());
    for (const auto& fact : facts) {
        sorted.push_back(&fact);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Fact* a, const Fact* b) {
        return std::tie(a->created, a->event) < std::tie(b->created, b->event);
    });
    std::vector<second_of<Fact>> seconds;
    for (const Fact* fact : sorted) {
        if (seconds.empty() || seconds.back().front()->created != fact->created) {
            seconds.emplace_back();
        }
        seconds.back().push_back(fact);
    }
    return seconds;
}

template <class Fact>
std::vector<current<Fact>> last_of_seconds(std::span<const second_of<Fact>> seconds) {
    std::vector<current<Fact>> last;
    last.reserve(seconds.size());
    for (const auto& second : seconds) {
        last.push_back(last_of(second, [&]() -> const Fact* {
            return last.empty() ? nullptr : last.back().fact;
        }));
    }
    return last;
}

template <class Fact>
current<Fact> pick_from(std::span<const Fact> facts) {
    if (facts.empty()) {
        return {};
    }
    const auto seconds = by_second(facts);
    auto latest = seconds.size() - 1;
    for (auto i = seconds.size(); i-- > 0;) {
        if (std::any_of(seconds[i].begin(), seconds[i].end(), [](const Fact* f) {
                return is_terminal(*f);
            })) {
            latest = i;
            break;
        }
    }
    return last_of(seconds[latest], [&]() -> const Fact* {
        return latest == 0 ? nullptr
                           : last_of_seconds<Fact>(std::span{seconds}.first(latest)).back().fact;
    });
}

template <class Fact>
bool greater(const Fact& a, const Fact& b) {
    const auto head = [](const Fact& f) { return std::tie(f.api_version, f.created); };
    if (head(a) != head(b)) {
        return head(a) > head(b);
    }
    const auto rest = [](const Fact& f) {
        return std::tuple{to_text(f.state), to_text(f.replaced), f.within_second, f.says};
    };
    return rest(a) > rest(b);
}

}  // namespace

bool is_terminal(const subscription_fact& fact) {
    return fact.within_second == place::last || fact.state.status == "canceled" ||
           fact.state.status == "incomplete_expired";
}

bool is_terminal(const invoice_fact& fact) {
    return fact.within_second == place::last || fact.state.status == "paid" ||
           fact.state.status == "void";
}

bool is_terminal(const customer_fact& fact) {
    return fact.within_second == place::last;
}

current<subscription_fact> pick(std::span<const subscription_fact> facts) {
    return pick_from(facts);
}
current<invoice_fact> pick(std::span<const invoice_fact> facts) {
    return pick_from(facts);
}
current<customer_fact> pick(std::span<const customer_fact> facts) {
    return pick_from(facts);
}

current<subscription_fact> last_of_second(
    const std::vector<const subscription_fact*>& facts,
    const subscription_fact* before
) {
    return last_of(facts, [before] { return before; });
}
current<invoice_fact> last_of_second(
    const std::vector<const invoice_fact*>& facts,
    const invoice_fact* before
) {
    return last_of(facts, [before] { return before; });
}
current<customer_fact> last_of_second(
    const std::vector<const customer_fact*>& facts,
    const customer_fact* before
) {
    return last_of(facts, [before] { return before; });
}

std::vector<current<subscription_fact>> last_of_each_second(std::span<const subscription_fact> facts
) {
    return last_of_seconds<subscription_fact>(by_second(facts));
}

bool is_greater(const subscription_fact& a, const subscription_fact& b) {
    return greater(a, b);
}
bool is_greater(const invoice_fact& a, const invoice_fact& b) {
    return greater(a, b);
}
bool is_greater(const customer_fact& a, const customer_fact& b) {
    return greater(a, b);
}

}  // namespace billhook
