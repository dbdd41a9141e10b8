#include "schemas/messages/notice.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/sha256.hpp"
#include "schemas/types/words.hpp"

namespace billhook {
namespace {

// Takes members out of an object, and remembers whether one was not what it has to be.
class taker {
public:
    explicit taker(json::value from) : from_(from) {}

    std::string text(std::string_view name) {
        const auto found = from_.find(name).as_string();
        whole_ = whole_ && found && !found->empty();
        return std::string(found.value_or(""));
    }
    std::optional<std::string> text_or_null(std::string_view name) {
        const auto member = from_.find(name);
        if (member.is_nothing()) {
            return std::nullopt;
        }
        return text(name);
    }
    std::optional<instant> time_or_null(std::string_view name) {
        const auto found = text_or_null(name);
        const auto at = found ? from_rfc3339(*found) : std::nullopt;
        whole_ = whole_ && (!found || at);
        return at;
    }
    [[nodiscard]] bool whole() const { return whole_; }

private:
    json::value from_;
    bool whole_ = true;
};

std::optional<notice::open_invoice> invoice_from(json::value from) {
    taker take(from);
    notice::open_invoice one;
    one.id = invoice_id(take.text("id"));
    const auto currency = take.text_or_null("currency");
    const auto amount = from.find("amount_remaining").as_int64();
    if (!take.whole() || currency.has_value() != amount.has_value()) {
        return std::nullopt;
    }
    if (currency) {
        one.amount_remaining = money{*amount, *currency};
    }
    return one;
}

}  // namespace

std::string_view to_word(notice_kind what) {
    switch (what) {
        case notice_kind::payment_failed:
            return "payment_failed";
        case notice_kind::action_required:
            return "action_required";
        case notice_kind::reminder:
            return "reminder";
        case notice_kind::final_warning:
            return "final_warning";
        case notice_kind::access_restricted:
            return "access_restricted";
        case notice_kind::access_removed:
            return "access_removed";
        case notice_kind::recovered:
            return "recovered";
        case notice_kind::canceled:
            return "canceled";
        case notice_kind::trial_ending:
            return "trial_ending";
        case notice_kind::grant_ending:
            return "grant_ending";
    }
    return {};
}

std::string notice_id(const subscription_id& subscription, instant anchor, std::string_view step) {
    std::string text = subscription.text();
    text += '\0';
    text += std::to_string(to_unix_seconds(anchor));
    text += '\0';
    text += step;
    return "ntc_" + sha256_hex(text).substr(0, 24);
}

std::string_view to_word(notice_error why) {
    switch (why) {
        case notice_error::not_json:
            return "not_json";
        case notice_error::bad_notice:
            return "bad_notice";
    }
    return "";
}

std::string to_json(const notice& what) {
    json::writer out;
    out.begin_object()
        .member("id", what.id)
        .member("kind", to_word(what.kind))
        .member("step", what.step)
        .member("organization", what.organization.text())
        .member("subscription", what.subscription.text())
        .member("customer", what.customer ? std::optional{what.customer->text()} : std::nullopt)
        .member("plan", what.plan)
        .key("case");
    if (what.case_anchor) {
        out.begin_object()
            .member("anchor", to_rfc3339(*what.case_anchor))
            .member("grace_until", what.grace_until)
            .member("restricted_until", what.restricted_until)
            .end_object();
    } else {
        out.add(nullptr);
    }
    out.member("trial_end", what.trial_end)
        .member("grant_end", what.grant_end)
        .key("invoices")
        .begin_array();
    for (const auto& invoice : what.invoices) {
        const auto& amount = invoice.amount_remaining;
        out.begin_object()
            .member("id", invoice.id.text())
            .member("amount_remaining", amount ? std::optional{amount->amount_minor} : std::nullopt)
            .member("currency", amount ? std::optional{amount->currency} : std::nullopt)
            .end_object();
    }
    out.end_array().end_object();
    return out.take();
}

result<notice, notice_error> parse_notice(std::string_view body) {
    const auto text = json::read(body);
    if (!text) {
        return notice_error::not_json;
    }
    const json::value root = text->root();
    taker take(root);
    notice what;
    what.id = take.text("id");
    const auto kind = from_word<notice_kind>(take.text("kind"));
    what.step = take.text("step");
    what.organization = organization_id(take.text("organization"));
    what.subscription = subscription_id(take.text("subscription"));
    if (auto customer = take.text_or_null("customer")) {
        what.customer = customer_id(std::move(*customer));
    }
    what.plan = take.text_or_null("plan");
    taker of_case(root.find("case"));
    what.case_anchor = of_case.time_or_null("anchor");
    what.grace_until = of_case.time_or_null("grace_until");
    what.restricted_until = of_case.time_or_null("restricted_until");
    what.trial_end = take.time_or_null("trial_end");
    what.grant_end = take.time_or_null("grant_end");
    if (!kind || !take.whole() || !of_case.whole()) {
        return notice_error::bad_notice;
    }
    what.kind = *kind;
    for (const auto each : root.find("invoices").items()) {
        auto invoice = invoice_from(each);
        if (!invoice) {
            return notice_error::bad_notice;
        }
        what.invoices.push_back(std::move(*invoice));
    }
    return what;
}

}  // namespace billhook
