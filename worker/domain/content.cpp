#include "worker/domain/content.hpp"

#include <utility>

namespace billhook {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::subscription_fact;
using stripe::subscription_state;

namespace {

template <class Fact>
auto with_replaced_put_back(const Fact& fact) {
    auto state = fact.state;
    all_of_members<decltype(state)>([&](auto each) {
        if (const auto& old = std::get<each>(fact.replaced.members())) {
            std::get<each>(state.members()) = *old;
        }
        return true;
    });
    return state;
}

subscription_state in_one_form(subscription_state state) {
    for (auto& item : state.items) {
        item.product.reset();
        item.lookup_key.reset();
        item.interval.reset();
        item.interval_count.reset();
        item.currency.reset();
        item.unit_amount.reset();
        if (!item.period_start) {
            item.period_start = state.period_start;
        }
        if (!item.period_end) {
            item.period_end = state.period_end;
        }
    }
    if (!state.items.empty()) {
        state.period_start.reset();
        state.period_end.reset();
    }
    state.paused_for.reset();
    state.pending_items.reset();
    state.currency.reset();
    return state;
}

template <class Fact>
content<Fact> as_told(const Fact& fact) {
    return {&fact, fact.state, fact.replaced, with_replaced_put_back(fact)};
}

}  // namespace

content<subscription_fact> content_of(const subscription_fact& fact) {
    content<subscription_fact> one{
        &fact,
        in_one_form(fact.state),
        fact.replaced,
        in_one_form(with_replaced_put_back(fact)),
    };
    auto& replaced = one.replaced;
    const bool moved = replaced.items || replaced.period_start || replaced.period_end;
    if (moved && !one.before.items.empty()) {
        replaced.items = one.before.items;
        replaced.period_start.reset();
        replaced.period_end.reset();
    }
    return one;
}

content<invoice_fact> content_of(const invoice_fact& fact) {
    return as_told(fact);
}

content<customer_fact> content_of(const customer_fact& fact) {
    return as_told(fact);
}

}  // namespace billhook
