#include "tools/simulator/truth_debt.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <vector>

namespace billhook::simulator {

namespace {

using told_invoices = std::map<std::string, told_invoice>;

struct stretch {
    instant from{};
    instant until = never;
};

bool is_failing(const std::string& status) {
    return status == "past_due" || status == "unpaid";
}

// One entry a second: the state that the second ended in, with the last reason that it told.
std::vector<told_status> by_second(const std::vector<told_status>& history) {
    std::vector<told_status> seconds;
    for (auto entry : history) {
        if (!seconds.empty() && seconds.back().at == entry.at) {
            if (entry.status == "paused" && entry.pause_reason.empty()) {
                entry.pause_reason = seconds.back().pause_reason;
            }
            seconds.pop_back();
        }
        seconds.push_back(entry);
    }
    return seconds;
}

instant paid_at(const told_invoices& invoices, const std::string& id) {
    const auto found = invoices.find(id);
    return found == invoices.end() ? never : found->second.last.paid_at.value_or(never);
}

// Nothing is owed on the present plan for what was billed by hand, for items put on the bill, and
// for a change that waits for its payment.
bool counts(const invoice& bill) {
    return bill.billing_reason != "manual" &&
           bill.billing_reason != "automatic_pending_invoice_item_invoice" && !bill.for_pending;
}

// Reads one subscription's history.
class reader {
public:
    reader(const told_subscription& of, const told_invoices& invoices)
        : of_(of), invoices_(invoices), seconds_(by_second(of.history)) {
        for (std::size_t at = 0; at < seconds_.size(); ++at) {
            step(at);
        }
    }

    // All times in which something was owed.
    [[nodiscard]] std::vector<stretch> owing() const {
        auto all = spells_;
        for (const auto& [id, bill] : invoices_) {
            if (const auto failing = failing_of(bill)) {
                all.push_back(*failing);
            }
        }
        std::sort(all.begin(), all.end(), [](const stretch& a, const stretch& b) {
            return a.from < b.from;
        });
        return all;
    }
    [[nodiscard]] pause_cause cause_at_end() const { return cause_; }

private:
    void step(std::size_t at) {
        const auto& entry = seconds_[at];
        const bool paused = entry.status == "paused";
        if (paused && (at == 0 || seconds_[at - 1].status != "paused")) {
            cause_ = cause_from(at);
        }
        const bool owes = paused ? spell_from_.has_value() || cause_ == pause_cause::failed_payment
                                 : is_failing(entry.status);
        if (!owes) {
            if (spell_from_ && entry.status != "canceled") {
                healed_.push_back(entry.at);
            }
            spell_from_.reset();
            return;
        }
        spell_from_ = spell_from_.value_or(entry.at);
        const auto next = at + 1 < seconds_.size() ? seconds_[at + 1].at : never;
        const auto paid = paid_at(invoices_, entry.latest_invoice);
        const auto until = paid < *spell_from_ ? next : std::min(next, std::max(paid, entry.at));
        if (until > entry.at) {
            spells_.push_back({entry.at, until});
        }
    }

    // Of the pause that begins at this second: the last that is told, else what is known of then.
    [[nodiscard]] pause_cause cause_from(std::size_t first) const {
        std::string told;
        for (auto at = first; at < seconds_.size() && seconds_[at].status == "paused"; ++at) {
            told = seconds_[at].pause_reason.empty() ? told : seconds_[at].pause_reason;
        }
        if (!told.empty()) {
            return told == "trial_end_without_payment_method" ? pause_cause::trial_over
                   : told.ends_with("_payment_failure")       ? pause_cause::failed_payment
                                                              : pause_cause::other;
        }
        const auto begun = seconds_[first].at;
        const bool tried = first > 0 ? seconds_[first - 1].status == "trialing"
                                     : of_.last.trial_end && *of_.last.trial_end <= begun;
        if (tried) {
            return pause_cause::trial_over;
        }
        for (const auto& [id, bill] : invoices_) {
            const auto failing = failing_of(bill);
            if (failing && failing->from <= begun && failing->until > begun) {
                return pause_cause::failed_payment;
            }
        }
        return pause_cause::other;
    }

    [[nodiscard]] std::optional<stretch> failing_of(const told_invoice& bill) const {
        if (bill.last.subscription != of_.last.id || !bill.first_failure || !counts(bill.last) ||
            bill.last.billing_reason == "subscription_create") {
            return std::nullopt;
        }
        stretch failing{*bill.first_failure, never};
        const auto end = [&failing](instant when) {
            failing.until = std::min(failing.until, when);
        };
        end(bill.last.paid_at.value_or(never));
        end(bill.last.voided_at.value_or(never));
        end(bill.last.marked_uncollectible_at.value_or(never));
        for (const auto when : healed_) {
            if (when > failing.from) {
                end(when);
            }
        }
        for (const auto& [id, other] : invoices_) {
            if (other.last.subscription == bill.last.subscription &&
                other.last.created > bill.last.created && counts(other.last)) {
                end(other.last.paid_at.value_or(never));
            }
        }
        return failing.until > failing.from ? std::optional(failing) : std::nullopt;
    }

    const told_subscription& of_;
    const told_invoices& invoices_;
    std::vector<told_status> seconds_;
    std::vector<stretch> spells_;
    std::vector<instant> healed_;        // moments that said that nothing is owed any more
    std::optional<instant> spell_from_;  // of the spell that goes on
    pause_cause cause_ = pause_cause::other;
};

}  // namespace

debt debt_of(
    const told_subscription& of,
    const std::map<std::string, told_invoice>& invoices,
    instant at
) {
    std::optional<stretch> whole;
    for (const auto& next : reader(of, invoices).owing()) {
        if (whole && next.from <= whole->until) {
            whole->until = std::max(whole->until, next.until);
        } else {
            whole = next;
        }
    }
    debt found;
    if (whole && whole->until > at) {
        found.since = whole->from;
    } else if (whole) {
        found.settled_at = whole->until;
    }
    return found;
}

pause_cause cause_of_pause(
    const told_subscription& of,
    const std::map<std::string, told_invoice>& invoices
) {
    BILLHOOK_ASSERT(of.last.status == "paused");
    return reader(of, invoices).cause_at_end();
}

}  // namespace billhook::simulator
