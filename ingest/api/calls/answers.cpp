#include "ingest/api/calls/answers.hpp"

#include "ingest/api/calls/etag.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <variant>

namespace billhook::api {

namespace {

// What a reason asks of somebody, and the call that helps; empty: nothing, or none.
struct action {
    std::string_view type;
    std::string_view path;  // behind the organization's
};

action action_for(const standing_row& of) {
    if (of.in_dunning || of.reason == "incomplete" || of.reason == "unpaid") {
        return {"pay", "/invoices/open"};
    }
    if (of.reason == "trial_over" || of.reason == "canceled" || of.reason == "ended") {
        return {"subscribe", ""};  // the application's own page sells
    }
    if (of.reason == "paused") {
        return {"resume", "/portal"};
    }
    return {};
}

// The organization's own part of a path, as it may stand there.
std::string encoded(const organization_id& of) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : of.text()) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (plain) {
            text += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            text += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    }
    return text;
}

void add_action(json::writer& out, const standing_row& of, const caller& who) {
    const action what = action_for(of);
    out.key("required_action");
    if (what.type.empty()) {
        out.add(nullptr);
        return;
    }
    out.begin_object();
    if (who.role == organization_role::admin) {
        out.member("type", what.type);
        if (!what.path.empty()) {
            out.member(
                "path", "/v1/organizations/" + encoded(of.organization) + std::string(what.path)
            );
        }
    } else {
        out.member("type", "ask_administrator");
    }
    out.end_object();
}

// Switches are features; limits are numbers, null where there is none.
void add_features(json::writer& out, std::string_view text) {
    const auto all = json::read(text);
    const auto root = all ? all->root() : json::value();
    for (const bool switches : {true, false}) {
        out.key(switches ? "features" : "limits").begin_object();
        for (const json::value each : root.items()) {
            if ((each.is() == json::kind::boolean) == switches) {
                out.key(each.key()).add(each);
            }
        }
        out.end_object();
    }
}

void add_raw(json::writer& out, std::string_view name, const std::optional<std::string>& json) {
    out.key(name);
    json ? out.add_raw(*json) : out.add(nullptr);
}

// All but `as_of`, with the object still open.
void add_standing(json::writer& out, const standing_row& of, const caller& who) {
    out.begin_object()
        .member("organization_id", of.organization)
        .member("plan", of.plan)
        .member("access", of.access)
        .member("reason", of.reason)
        .member("role", who.role == organization_role::admin ? "admin" : "member")
        .member("subscription_status", of.subscription_status)
        .member("in_dunning", of.in_dunning)
        .member("stale", of.stale)
        .member("unlisted", of.unlisted)
        .member("grace_until", of.grace_until)
        .member("restricted_until", of.restricted_until)
        .member("next_change_at", of.next_change_at)
        .member("renews_at", of.renews_at)
        .member("cancels_at", of.cancels_at)
        .member("trial_ends_at", of.trial_ends_at)
        .member("seats", of.quantity)
        .member("billing_interval", of.billing_interval)
        .member("billing_interval_count", of.billing_interval_count)
        .member("currency", of.currency)
        .member("amount_minor", of.amount_minor);
    add_raw(out, "pending_change", of.pending_change);
    add_features(out, of.features);
    add_action(out, of, who);
}

void add_features(json::writer& out, const plan& of) {
    out.key("features").begin_object();
    for (const auto& [name, value] : of.features) {
        if (const bool* const truth = std::get_if<bool>(&value)) {
            out.member(name, *truth);
        }
    }
    out.end_object().key("limits").begin_object();
    for (const auto& [name, value] : of.features) {
        if (const auto* const limit = std::get_if<std::int64_t>(&value)) {
            out.key(name);
            *limit < 0 ? out.add(nullptr) : out.add(*limit);
        }
    }
    out.end_object().key("limits_per_seat").begin_object();
    for (const auto& [name, more] : of.per_quantity) {
        out.member(name, more);
    }
    out.end_object();
}

void add_prices(json::writer& out, const std::vector<list_price>& prices) {
    out.key("prices").begin_array();
    for (const list_price& each : prices) {
        out.begin_object()
            .member("interval", each.interval)
            .member("currency", each.currency)
            .member("amount_minor", each.amount_minor)
            .member("per_seat", each.per_seat)
            .end_object();
    }
    out.end_array();
}

}  // namespace

http::response standing_answer(
    const standing_row& of,
    const caller& who,
    std::optional<std::string_view> if_none_match
) {
    json::writer out;
    add_standing(out, of, who);
    const std::string digest = etag_of(out.so_far());
    http::response reply;
    reply.more = {
        {"ETag",          "W/" + digest      },
        {"Cache-Control", "private, no-cache"},
        {"Vary",          "Authorization"    }
    };
    if (if_none_match && is_among(*if_none_match, digest)) {
        reply.status = 304;
        return reply;
    }
    reply.body = out.member("as_of", of.as_of).end_object().take();
    return reply;
}

std::string_view to_word(gate_basis basis) {
    switch (basis) {
        case gate_basis::standing:
            return "standing";
        case gate_basis::last_answer:
            return "last_answer";
        case gate_basis::stated:
            return "stated";
    }
    BILLHOOK_ASSERT(false && "a gate_basis without a word");
}

http::response gate_answer(const gate& of) {
    json::writer out;
    out.begin_object()
        .member("feature", of.feature)
        .member("type", of.type)
        .member("allowed", of.allowed);
    if (of.type == "limit") {
        out.member("limit", of.limit);
    }
    out.member("basis", of.basis);
    http::response reply;
    reply.more = {
        {"Cache-Control", "private, no-cache"},
        {"Vary",          "Authorization"    }
    };
    reply.body = out.end_object().take();
    return reply;
}

http::response plans_answer(
    const catalogue& plans,
    const plans_for& caller,
    const std::vector<shown_prices>* prices
) {
    const std::size_t unlisted = plans.plans.size();
    std::size_t current = unlisted;
    if (caller.pays && caller.current) {
        current = plans.index_of(*caller.current).value_or(unlisted);
    }
    json::writer out;
    out.begin_object().key("plans").begin_array();
    for (std::size_t at = 0; at < plans.plans.size(); ++at) {
        const plan& each = plans.plans[at];
        const bool is_current = current == at;
        const std::string_view change = is_current            ? "none"
                                        : current == unlisted ? "subscribe"
                                        : at > current        ? "upgrade"
                                                              : "downgrade";
        out.begin_object()
            .member("plan", each.key)
            .member("name", each.name)
            .member("current", is_current)
            .member("change", change);
        add_features(out, each);
        if (prices == nullptr) {
            out.member("prices", nullptr);
        } else {
            add_prices(out, list_prices(each, prices->at(at), plans, caller.currency));
        }
        out.end_object();
    }
    out.end_array().member("trial_available", !caller.trial_used).end_object();
    http::response reply;
    reply.more = {
        {"Cache-Control", "private, no-cache"},
        {"Vary",          "Authorization"    }
    };
    reply.body = out.take();
    return reply;
}

}  // namespace billhook::api
