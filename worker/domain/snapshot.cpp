#include "worker/domain/snapshot.hpp"

#include "schemas/stripe/fact_text.hpp"
#include "worker/domain/walk.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace billhook {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::place;
using stripe::subscription_fact;

namespace {

// Equal for the purpose of ordering. Of an item only price, quantity and period count: its product
// and lookup key follow from the price, and a legacy `plan` hash has neither. The word for a pause
// follows from the pause, and older versions have none.
template <class Value>
bool alike(const Value& a, const Value& b) {
    if constexpr (std::is_same_v<Value, std::optional<stripe::pause_type>>) {
        return true;
    } else if constexpr (std::is_same_v<Value, std::vector<stripe::subscription_item>>) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
            return std::tie(x.price, x.quantity, x.period_start, x.period_end) ==
                   std::tie(y.price, y.quantity, y.period_start, y.period_end);
        });
    } else {
        return a == b;
    }
}

template <class State>
bool same_content(const State& a, const State& b) {
    const auto x = a.members();
    const auto y = b.members();
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (alike(std::get<I>(x), std::get<I>(y)) && ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(x)>>{});
}

// Runs over the members of a content and of what was replaced, side by side.
template <class State, class Replaced, class Each>
bool all_of_members(State&& state, const Replaced& replaced, Each each) {
    auto held = state.members();
    const auto old = replaced.members();
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (each(std::get<I>(held), std::get<I>(old)) && ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(held)>>{});
}

template <class Fact>
bool replaced_something(const Fact& fact) {
    return !all_of_members(fact.state, fact.replaced, [](const auto&, const auto& old) {
        return !old.has_value();
    });
}

// B follows A if B replaced something, all of it is what A holds, and the two differ.
template <class Fact>
bool follows(const Fact& b, const Fact& a) {
    return replaced_something(b) &&
           all_of_members(
               a.state,
               b.replaced,
               [](const auto& held, const auto& old) { return !old || alike(*old, held); }
           ) &&
           !same_content(a.state, b.state);
}

// What the object was before this fact, by the fact's own word.
template <class Fact>
auto with_replaced_put_back(const Fact& fact) {
    auto before = fact.state;
    all_of_members(before, fact.replaced, [](auto& held, const auto& old) {
        if (old) {
            held = *old;
        }
        return true;
    });
    return before;
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
using pointers = std::vector<const Fact*>;

template <class Fact>
const Fact* greatest_id(const pointers<Fact>& facts) {
    return *std::max_element(facts.begin(), facts.end(), [](const Fact* a, const Fact* b) {
        return a->event < b->event;
    });
}

template <class Fact>
bool all_equal(const pointers<Fact>& facts) {
    return std::all_of(facts.begin(), facts.end(), [&](const Fact* f) {
        return same_content(f->state, facts.front()->state);
    });
}

template <class Fact>
pointers<Fact> at_place(const pointers<Fact>& facts, place wanted) {
    pointers<Fact> found;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(found), [&](const Fact* f) {
        return f->within_second == wanted;
    });
    return found;
}

template <class Fact>
pointers<Fact> followed_by_none(const pointers<Fact>& facts) {
    pointers<Fact> found;
    for (const Fact* fact : facts) {
        if (std::none_of(facts.begin(), facts.end(), [&](const Fact* other) {
                return follows(*other, *fact);
            })) {
            found.push_back(fact);
        }
    }
    return found.empty() ? facts : found;
}

template <class Fact>
pointers<Fact> with_greatest_evidence(const pointers<Fact>& facts) {
    rising greatest = evidence_of(*facts.front());
    for (const Fact* fact : facts) {
        greatest = std::max(greatest, evidence_of(*fact));
    }
    pointers<Fact> found;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(found), [&](const Fact* f) {
        return evidence_of(*f) == greatest;
    });
    return found;
}

// The walk of the second's facts from the state before it; nullptr if it leads nowhere certain.
template <class Fact, class State>
const Fact* end_of_the_walk(const pointers<Fact>& facts, const std::optional<State>& before) {
    if (!before) {
        return nullptr;
    }
    std::vector<State> contents{*before};
    const auto number_of = [&](const State& content) {
        const auto known = std::find_if(contents.begin(), contents.end(), [&](const State& other) {
            return same_content(other, content);
        });
        if (known == contents.end()) {
            contents.push_back(content);
            return contents.size() - 1;
        }
        return static_cast<std::size_t>(known - contents.begin());
    };
    std::vector<move> moves;
    for (const Fact* fact : facts) {
        const auto from = number_of(with_replaced_put_back(*fact));
        moves.push_back({from, number_of(fact->state)});
    }
    const auto end = end_of_walk(moves, 0);
    if (!end) {
        return nullptr;
    }
    pointers<Fact> there;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(there), [&](const Fact* f) {
        return same_content(f->state, contents[*end]);
    });
    return there.empty() ? nullptr : greatest_id(there);
}

// The current one among `facts`, all of one second. `before` is asked for the state that the object
// had before that second, and only if the walk needs it.
template <class Fact, class Before>
current<Fact> last_of(const pointers<Fact>& facts, Before before) {
    pointers<Fact> terminal;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(terminal), [](const Fact* f) {
        return is_terminal(*f);
    });
    auto candidates = terminal.empty() ? facts : terminal;
    for (const auto late : {place::last, place::middle}) {
        if (auto found = at_place(candidates, late); !found.empty()) {
            candidates = std::move(found);
            break;
        }
    }
    candidates = followed_by_none(candidates);
    if (all_equal(candidates)) {
        return {greatest_id(candidates), false};
    }
    candidates = with_greatest_evidence(candidates);
    if (all_equal(candidates)) {
        return {greatest_id(candidates), false};
    }
    const auto created = at_place(facts, place::first);
    using state = decltype(facts.front()->state);
    const auto start =
        created.empty() ? before() : std::optional<state>{greatest_id(created)->state};
    const Fact* end = end_of_the_walk(at_place(facts, place::middle), start);
    // Stripe does not lead out of a terminal state, so a walk that does was misread.
    const bool certain = end != nullptr && (terminal.empty() || is_terminal(*end));
    return {certain ? end : greatest_id(candidates), true};
}

template <class Fact>
std::vector<pointers<Fact>> by_second(std::span<const Fact> facts) {
    pointers<Fact> sorted;
    sorted.reserve(facts.size());
    for (const auto& fact : facts) {
        sorted.push_back(&fact);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Fact* a, const Fact* b) {
        return std::tie(a->created, a->event) < std::tie(b->created, b->event);
    });
    std::vector<pointers<Fact>> seconds;
    for (const Fact* fact : sorted) {
        if (seconds.empty() || seconds.back().front()->created != fact->created) {
            seconds.emplace_back();
        }
        seconds.back().push_back(fact);
    }
    return seconds;
}

template <class Fact>
std::vector<current<Fact>> last_of_seconds(std::span<const pointers<Fact>> seconds) {
    using state = decltype(Fact::state);
    std::vector<current<Fact>> last;
    last.reserve(seconds.size());
    for (const auto& second : seconds) {
        last.push_back(last_of(second, [&]() -> std::optional<state> {
            return last.empty() ? std::nullopt : std::optional<state>{last.back().fact->state};
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
    using state = decltype(Fact::state);
    return last_of(seconds[latest], [&]() -> std::optional<state> {
        if (latest == 0) {
            return std::nullopt;
        }
        const auto earlier = last_of_seconds<Fact>(std::span{seconds}.first(latest));
        return earlier.back().fact->state;
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
