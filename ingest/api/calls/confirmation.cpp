#include "ingest/api/calls/confirmation.hpp"

#include "schemas/json/writer.hpp"

#include <utility>

namespace billhook::api {

namespace {

constexpr std::string_view first_with_confirmation_secrets = "2025-03-31";

secret secret_of(const json::value& of) {
    return secret{std::string(of.find("client_secret").as_string().value_or(""))};
}

}  // namespace

std::string_view to_word(confirmation_kind what) {
    switch (what) {
        case confirmation_kind::none:
            return "none";
        case confirmation_kind::payment:
            return "payment";
        case confirmation_kind::setup:
            return "setup";
    }
    return {};
}

std::vector<std::string> expansions_for(std::string_view api_version) {
    const bool has_secrets = api_version >= first_with_confirmation_secrets;
    return {
        has_secrets ? "latest_invoice.confirmation_secret" : "latest_invoice.payment_intent",
        "pending_setup_intent"};
}

confirmation confirmation_of(const json::value& subscription) {
    const auto invoice = subscription.find("latest_invoice");
    if (invoice.find("status").as_string() == "open") {
        for (const char* const name : {"confirmation_secret", "payment_intent"}) {
            if (auto found = secret_of(invoice.find(name)); !found.empty()) {
                return {confirmation_kind::payment, std::move(found)};
            }
        }
    }
    auto found = secret_of(subscription.find("pending_setup_intent"));
    return found.empty() ? confirmation{}
                         : confirmation{confirmation_kind::setup, std::move(found)};
}

std::string without_expansions(const json::value& subscription) {
    json::writer out;
    out.begin_object();
    for (const json::value each : subscription.items()) {
        const bool expanded = each.is_object() && (each.key() == "latest_invoice" ||
                                                   each.key() == "pending_setup_intent");
        out.key(each.key()).add(expanded ? each.find("id") : each);
    }
    return out.end_object().take();
}

}  // namespace billhook::api
