#include "worker/insight/price_words.hpp"

#include "schemas/types/money.hpp"
#include "worker/insight/fact_words.hpp"

#include <fmt/format.h>

namespace billhook {

std::string price_in_words(const renewal_terms& terms) {
    if (!terms.amount || !terms.currency) {
        return {};
    }
    auto text = to_text(money{*terms.amount, *terms.currency});
    if (terms.interval) {
        const auto count = terms.interval_count.value_or(1);
        text += count == 1 ? " a " + *terms.interval
                           : fmt::format(" every {} {}s", count, *terms.interval);
    }
    if (terms.renews_at) {
        text += ", next " + to_words(*terms.renews_at);
    }
    if (terms.cancels_at) {
        text += ", ends " + to_words(*terms.cancels_at);
    }
    return text;
}

}  // namespace billhook
