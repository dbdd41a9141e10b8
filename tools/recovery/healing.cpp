#include "tools/recovery/healing.hpp"

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/reading.hpp"
#include "schemas/stripe/event.hpp"
#include "worker/domain/organization.hpp"
#include "worker/domain/snapshot.hpp"
#include "worker/insight/divergence.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <variant>

namespace billhook {
namespace {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::schedule_fact;
using stripe::subscription_fact;

// What it says tells whether it is over.
constexpr std::string_view schedule_told = "subscription_schedule.updated";

std::string_view text_at(json::value object, std::string_view name) {
    return object.find(name).as_string().value_or(std::string_view());
}

std::optional<instant> time_at(json::value object, std::string_view name) {
    const auto seconds = object.find(name).as_int64();
    return seconds ? std::optional(from_unix_seconds(*seconds)) : std::nullopt;
}

std::string text_of(json::value object) {
    json::writer out;
    out.add(object);
    return out.take();
}

// The object with other words for some of its members.
std::string text_with(
    json::value object,
    std::initializer_list<std::pair<std::string_view, std::string_view>> others
) {
    json::writer out;
    out.begin_object();
    for (const json::value each : object.items()) {
        const auto other =
            std::ranges::find(others, each.key(), [](const auto& pair) { return pair.first; });
        out.key(each.key());
        other == others.end() ? out.add(each) : out.add(other->second);
    }
    out.end_object();
    return out.take();
}

bool is_read_deletion(const customer_fact& fact) {
    return is_reading(fact.event) && fact.within_second == stripe::place::last;
}

// What was told of it but by our own readings of its bare id; null if nothing was.
std::optional<customer_fact> told_before_deletion(std::span<const customer_fact> ours) {
    std::vector<customer_fact> told;
    std::ranges::remove_copy_if(ours, std::back_inserter(told), is_read_deletion);
    const auto last = pick(std::span<const customer_fact>(told));
    return last.fact == nullptr ? std::nullopt : std::optional(*last.fact);
}

// A deleted customer is shown as its bare id: what we hold of it stays true.
std::string text_of_deleted(json::value object, std::span<const customer_fact> ours) {
    const auto told = told_before_deletion(ours);
    json::writer out;
    out.begin_object().member("id", text_at(object, "id")).member("object", "customer");
    if (told && told->state.created) {
        out.member("created", to_unix_seconds(*told->state.created));
    }
    if (told && told->state.organization) {
        out.key("metadata")
            .begin_object()
            .member("organization_id", told->state.organization->text())
            .end_object();
    }
    out.member("deleted", true).end_object();
    return out.take();
}

std::string body_of(
    const shown& what,
    std::string_view type,
    instant created,
    std::string_view text,
    bool assumed = false
) {
    reading told;
    told.type = type;
    told.object_id = text_at(what.object, "id");
    told.object = text;
    told.api_version = stripe::asked_api_version;
    told.created = created;
    told.assumed = assumed;
    told.livemode = what.object.find("livemode").as_bool().value_or(what.livemode);
    return to_json(told);
}

template <class Fact>
std::optional<Fact> fact_in(std::string_view body) {
    auto parsed = stripe::parse_event(body);
    auto* const fact = parsed ? std::get_if<Fact>(&parsed->said) : nullptr;
    return fact == nullptr ? std::nullopt : std::optional(std::move(*fact));
}

bool is_deleted(json::value object) {
    return object.find("deleted").as_bool().value_or(false);
}

std::string_view type_of_subscription(json::value object) {
    return text_at(object, "status") == "canceled" ? "customer.subscription.deleted"
                                                   : "customer.subscription.updated";
}

std::string_view type_of_customer(json::value object) {
    return is_deleted(object) ? "customer.deleted" : "customer.updated";
}

// Adds readings one by one to what is held, and knows what the fold would make of it.
template <class Fact>
class attempt {
public:
    attempt(const shown& what, std::span<const Fact> ours)
        : what_(what), facts_(ours.begin(), ours.end()) {
        was_ambiguous_ = pick(std::span<const Fact>(facts_)).ambiguous;
    }

    // Not later than the reading; one that is held already is left out.
    void tell(std::string_view type, instant at, std::string_view text, bool assumed = false) {
        std::string body = body_of(what_, type, std::min(at, what_.as_of), text, assumed);
        auto fact = fact_in<Fact>(body);
        if (!fact || std::ranges::any_of(facts_, [&](const Fact& each) {
                return each.event == fact->event;
            })) {
            return;
        }
        facts_.push_back(std::move(*fact));
        bodies_.push_back(std::move(body));
    }
    [[nodiscard]] bool agrees_with(const Fact& theirs) const {
        const auto chosen = pick(std::span<const Fact>(facts_));
        return chosen.fact != nullptr && !chosen.ambiguous && agree(*chosen.fact, theirs);
    }
    // Ends with the reading itself if that is needed; without any where that is not enough.
    [[nodiscard]] healing end(std::string_view type, std::string_view text) {
        const auto theirs = fact_in<Fact>(body_of(what_, type, what_.as_of, text));
        if (!theirs) {
            return {};
        }
        if (was_ambiguous_ || !agrees_with(*theirs)) {
            tell(type, what_.as_of, text);
        }
        if (!agrees_with(*theirs)) {
            return {};
        }
        return {std::move(bodies_), true};
    }

private:
    shown what_;
    std::vector<Fact> facts_;
    bool was_ambiguous_ = false;
    std::vector<std::string> bodies_;
};

}  // namespace

std::optional<customer_fact> customer_in(const shown& what) {
    return fact_in<customer_fact>(
        body_of(what, type_of_customer(what.object), what.as_of, text_of(what.object))
    );
}

std::optional<subscription_fact> subscription_in(const shown& what) {
    return fact_in<subscription_fact>(
        body_of(what, type_of_subscription(what.object), what.as_of, text_of(what.object))
    );
}

std::optional<instant> paused_at(const shown& what) {
    return time_at(what.object.find("status_details").find("paused"), "transitioned_at");
}

bool forgets_organization(std::span<const customer_fact> ours) {
    const auto last = pick(ours);
    if (last.fact == nullptr || !is_read_deletion(*last.fact)) {
        return false;
    }
    const auto told = told_before_deletion(ours);
    return told && told->state.organization != last.fact->state.organization;
}

std::optional<invoice_fact> invoice_in(const shown& what) {
    return fact_in<invoice_fact>(body_of(what, "invoice.updated", what.as_of, text_of(what.object))
    );
}

std::optional<schedule_fact> schedule_in(const shown& what) {
    return fact_in<schedule_fact>(body_of(what, schedule_told, what.as_of, text_of(what.object)));
}

collection collection_of(json::value invoice) {
    return {
        .attempted = invoice.find("attempted").as_bool().value_or(false),
        .automatic = text_at(invoice, "collection_method") == "charge_automatically"};
}

healing healing_of(const shown& what, std::span<const customer_fact> ours) {
    attempt<customer_fact> next(what, ours);
    const auto type = type_of_customer(what.object);
    const auto text =
        is_deleted(what.object) ? text_of_deleted(what.object, ours) : text_of(what.object);
    if (std::ranges::none_of(ours, shows_customer) || forgets_organization(ours)) {
        next.tell(type, what.as_of, text);
    }
    return next.end(type, text);
}

healing healing_of(
    const shown& what,
    std::span<const subscription_fact> ours,
    std::span<const untold_turn> turns
) {
    attempt<subscription_fact> next(what, ours);
    const auto type = type_of_subscription(what.object);
    const auto ended_at = time_at(what.object, "ended_at");
    if (ended_at && type == "customer.subscription.deleted") {
        next.tell(type, *ended_at, text_of(what.object));
    }
    for (const untold_turn& each : turns) {
        if (each.to == turned::paused || each.to == turned::paused_for) {
            next.tell(type, each.at, text_of(what.object));  // as it is, with the reason
            continue;
        }
        const auto status = to_word(each.to);
        const auto invoice = own_part(each.invoice);
        next.tell(
            type,
            each.at,
            text_with(
                what.object,
                {
                    {"status",         status },
                    {"latest_invoice", invoice}
        }
            ),
            each.assumed
        );
    }
    return next.end(type, text_of(what.object));
}

healing healing_of(
    const shown& what,
    std::span<const invoice_fact> ours,
    std::optional<instant> failed_at
) {
    attempt<invoice_fact> next(what, ours);
    const auto theirs = invoice_in(what);
    if (!theirs) {
        return {};
    }
    if (failed_at) {
        next.tell(
            theirs->state.attempt_count == 0 ? "invoice.payment_action_required"
                                             : "invoice.payment_failed",
            *failed_at,
            text_with(
                what.object,
                {
                    {"status", "open"}
        }
            )
        );
    }
    const json::value when = what.object.find("status_transitions");
    const auto& status = theirs->state.status;
    const auto dated = time_at(
        when,
        status == "paid"   ? "paid_at"
        : status == "void" ? "voided_at"
                           : "marked_uncollectible_at"
    );
    const bool is_told = std::ranges::any_of(ours, [&](const invoice_fact& each) {
        return each.state.status == status;
    });
    if (dated && status != "open" && status != "draft" && !is_told) {
        next.tell("invoice.updated", *dated, text_of(what.object));
    }
    return next.end("invoice.updated", text_of(what.object));
}

healing healing_of(const shown& what, const schedule_fact* ours) {
    auto body = body_of(what, schedule_told, what.as_of, text_of(what.object));
    const auto theirs = fact_in<schedule_fact>(body);
    const bool settles =
        theirs && (ours == nullptr || std::tie(ours->over, ours->event_created) <
                                          std::tie(theirs->over, theirs->event_created));
    return settles ? healing{{std::move(body)}, true} : healing{};
}

std::optional<std::string> session_body(const shown& what) {
    const auto created = time_at(what.object, "created");
    if (!created || text_at(what.object, "status") != "complete") {
        return std::nullopt;
    }
    std::string body = body_of(what, "checkout.session.completed", *created, text_of(what.object));
    const auto parsed = stripe::parse_event(body);
    return parsed && std::holds_alternative<stripe::checkout_fact>(parsed->said)
               ? std::optional(std::move(body))
               : std::nullopt;
}

}  // namespace billhook
