#include "schemas/stripe/routing.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/stripe/envelope.hpp"
#include "schemas/stripe/field_reader.hpp"
#include "schemas/stripe/invoice.hpp"
#include "schemas/types/sha256.hpp"

#include <algorithm>

namespace billhook::stripe {

namespace {

// What may stand in a header of a Kafka record.
std::optional<std::string> header_text(std::string_view text) {
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (text.empty() || !std::all_of(text.begin(), text.end(), printable)) {
        return std::nullopt;
    }
    return std::string(text);
}

std::string_view subscription_text(const envelope& around) {
    if (around.object.find("object").as_string() == "subscription") {
        return around.object_id;
    }
    const std::string_view text = id_text(subscription_named_by(around.object));
    return is_usable(text) ? text : std::string_view();
}

}  // namespace

routing route(std::string_view body) {
    routing to;
    const auto text = json::read(body);
    if (!text || !text->root().is_object()) {
        to.key = sha256_hex(body);
        return to;
    }
    const envelope around = envelope_of(text->root());
    to.event_id = header_text(around.id);
    to.event_type = header_text(around.type);
    for (const std::string_view key :
         {around.customer_id,
          subscription_text(around),
          around.object_id,
          around.account,
          around.id}) {
        if (!key.empty()) {
            to.key = std::string(key);
            return to;
        }
    }
    to.key = sha256_hex(body);
    return to;
}

}  // namespace billhook::stripe
