#include "worker/insight/fact_words.hpp"

#include "worker/domain/listed_items.hpp"
#include "worker/domain/organization.hpp"

#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

// Parts of a line, with commas between.
class phrase {
public:
    void add(const std::string& part) { text_ += (text_.empty() ? "" : ", ") + part; }
    // "status active -> past_due", if the event says what it replaced and that was another value.
    template <class Value, class Words>
    bool add_change(
        std::string_view name,
        const std::optional<Value>& before,
        const Value& after,
        Words words
    ) {
        if (!before || *before == after) {
            return false;
        }
        add(fmt::format("{} {} -> {}", name, words(*before), words(after)));
        return true;
    }
    [[nodiscard]] std::string text() const {
        return text_.empty() ? "nothing else that counts" : text_;
    }

private:
    std::string text_;
};

std::string word_of(const std::string& text) {
    return text.empty() ? "none" : text;
}
std::string word_of(const std::optional<instant>& at) {
    return at ? to_words(*at) : "none";
}
template <class Id>
std::string word_of(const std::optional<Id>& id) {
    return id ? own_part(*id) : "none";
}

struct in_words {
    template <class Value>
    std::string operator()(const Value& value) const {
        return word_of(value);
    }
};

using items = std::vector<stripe::subscription_item>;

std::string plan_of(const items& all, const catalogue& plans) {
    const auto at = listed(all, {}, plans).plan;
    return at ? plans.plans[*at].key : "none";
}

std::string quantity_of(const items& all) {
    std::string text;
    for (const auto& item : all) {
        const auto count = item.quantity ? std::to_string(*item.quantity) : "metered";
        text += (text.empty() ? "" : "+") + count;
    }
    return text;
}

std::optional<instant> end_of(const items& all) {
    return all.empty() ? std::nullopt : all.front().period_end;
}

// A price, a quantity or a period: Stripe tells of all by replacing the items.
void add_items(phrase& line, const items& before, const items& after, const catalogue& plans) {
    const auto add = [&](std::string_view name, const std::string& was, const std::string& is) {
        if (was != is) {
            line.add(fmt::format("{} {} -> {}", name, was, is));
        }
    };
    add("plan", plan_of(before, plans), plan_of(after, plans));
    add("quantity", quantity_of(before), quantity_of(after));
    add("period end", word_of(end_of(before)), word_of(end_of(after)));
}

void add_pause(phrase& line, const stripe::subscription_state& now) {
    if (now.paused_for) {
        line.add("paused for " + now.paused_for->text());
    }
}

}  // namespace

std::string to_words(instant at) {
    auto text = to_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
    text[10] = ' ';
    return text.substr(0, text.substr(17, 2) == "00" ? 16 : 19) + " UTC";
}

std::string to_words(const stripe::subscription_fact& fact, const catalogue& plans) {
    const auto& now = fact.state;
    const auto& before = fact.replaced;
    phrase line;
    if (fact.within_second == stripe::place::last) {
        line.add("deleted: canceled");
        return line.text();
    }
    if (fact.says == stripe::evidence::assumed) {
        line.add("assumed, as its invoice was written off");
    }
    const bool replaced = !(before == stripe::subscription_replaced{});
    if (!replaced) {
        line.add("status " + word_of(now.status));
        add_pause(line, now);
        line.add("plan " + plan_of(now.items, plans));
        const auto end = now.period_end ? now.period_end : end_of(now.items);
        line.add("period end " + word_of(end));
        if (now.trial_end) {
            line.add("trial end " + word_of(now.trial_end));
        }
        if (now.cancel_at || now.cancel_at_period_end) {
            line.add("ends " + (now.cancel_at ? word_of(now.cancel_at) : "with the period"));
        }
        return line.text();
    }
    line.add_change("status", before.status, now.status, in_words{});
    add_pause(line, now);
    if (before.items) {
        add_items(line, *before.items, now.items, plans);
    }
    line.add_change("period end", before.period_end, now.period_end, in_words{});
    line.add_change("latest invoice", before.latest_invoice, now.latest_invoice, in_words{});
    line.add_change("trial end", before.trial_end, now.trial_end, in_words{});
    line.add_change("cancel_at", before.cancel_at, now.cancel_at, in_words{});
    line.add_change(
        "cancel_at_period_end",
        before.cancel_at_period_end,
        now.cancel_at_period_end,
        [](bool truth) { return truth ? "true" : "false"; }
    );
    line.add_change(
        "change not paid until", before.pending_update_until, now.pending_update_until, in_words{}
    );
    line.add_change("customer", before.customer, now.customer, in_words{});
    line.add_change("organization", before.organization, now.organization, in_words{});
    return line.text();
}

std::string to_words(const stripe::invoice_fact& fact) {
    const auto& now = fact.state;
    phrase line;
    switch (fact.says) {
        case stripe::evidence::payment_failed:
            line.add("the payment failed");
            break;
        case stripe::evidence::payment_action_required:
            line.add("the payment needs the customer's confirmation");
            break;
        case stripe::evidence::overdue:
            line.add("overdue");
            break;
        case stripe::evidence::none:
        case stripe::evidence::assumed:
            break;
    }
    line.add("status " + word_of(now.status));
    if (now.attempt_count > 0) {
        line.add(fmt::format("attempt {}", now.attempt_count));
    }
    if (now.billing_reason) {
        line.add(*now.billing_reason);
    }
    if (now.subscription) {
        line.add("of " + own_part(*now.subscription));
    }
    return line.text();
}

std::string to_words(const stripe::customer_fact& fact) {
    phrase line;
    if (fact.within_second != stripe::place::middle) {
        line.add(fact.within_second == stripe::place::first ? "created" : "deleted");
    }
    if (!line.add_change(
            "organization", fact.replaced.organization, fact.state.organization, in_words{}
        ) &&
        fact.state.organization) {
        line.add("organization " + fact.state.organization->text());
    }
    return line.text();
}

std::string to_words(const stripe::checkout_fact& fact) {
    phrase line;
    line.add("mode " + word_of(fact.mode));
    if (const auto claimed = claim_of(fact)) {
        line.add("names organization " + claimed->text());
    }
    if (fact.subscription) {
        line.add("for " + own_part(*fact.subscription));
    }
    return line.text();
}

std::string to_words(const stripe::schedule_fact& fact, const catalogue& plans) {
    phrase line;
    line.add("schedule " + word_of(fact.status));
    if (fact.subscription) {
        line.add("of " + own_part(*fact.subscription));
    }
    if (!fact.over && fact.next_at) {
        line.add(fmt::format(
            "from {} on plan {}, quantity {}",
            to_words(*fact.next_at),
            plan_of(fact.next_items, plans),
            quantity_of(fact.next_items)
        ));
    }
    if (!fact.over && fact.ends_at) {
        line.add("ends it at " + to_words(*fact.ends_at));
    }
    return line.text();
}

std::string to_words(const stripe::decline_fact& fact) {
    phrase line;
    line.add("the bank refused: " + (fact.code.empty() ? "no reason given" : fact.code));
    if (is_hard(fact)) {
        line.add("a retry needs another payment method");
    }
    return line.text();
}

std::string to_words(const mapping& record) {
    phrase line;
    if (record.subscription) {
        line.add("override of subscription " + own_part(*record.subscription));
    }
    if (!record.organization) {
        line.add("is taken back");
    } else {
        line.add("organization " + record.organization->text());
        if (!record.subscription) {
            line.add(
                record.customer  ? "is customer " + own_part(*record.customer)
                : record.deleted ? "is deleted in its directory"
                                 : "exists"
            );
        }
    }
    if (record.organization_created) {
        line.add("since " + to_words(*record.organization_created));
    }
    if (record.name) {
        line.add("named " + *record.name);
    }
    if (record.actor) {
        line.add("said by " + *record.actor);
    }
    if (record.reason) {
        line.add("because: " + *record.reason);
    }
    return line.text();
}

std::string gift_in_words(const grant& record) {
    phrase line;
    if (record.plan) {
        line.add("plan " + *record.plan);
    }
    if (record.full_access) {
        line.add("full access");
    }
    for (const auto& [name, value] : record.features) {
        const auto* truth = std::get_if<bool>(&value);
        const auto* limit = std::get_if<std::int64_t>(&value);
        line.add(
            name + " " +
            (truth != nullptr ? (*truth ? "on" : "off")
             : *limit < 0     ? "unlimited"
                              : std::to_string(*limit))
        );
    }
    if (record.exempt) {
        line.add("exemption from dunning");
    }
    if (record.trial_extension) {
        line.add("a trial longer by " + to_text(std::chrono::seconds{*record.trial_extension}));
    }
    return line.text();
}

std::string to_words(const grant& record) {
    phrase line;
    if (record.revokes) {
        line.add(record.actor + " takes back " + record.revokes->text());
    } else {
        line.add(record.actor + " gives it " + gift_in_words(record));
        if (record.until) {
            line.add("until " + to_words(*record.until));
        }
    }
    line.add("because: " + record.reason);
    return line.text();
}

}  // namespace billhook
