#include "schemas/stripe/redact.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/stripe/envelope.hpp"
#include "schemas/stripe/field_reader.hpp"
#include "schemas/stripe/invoice.hpp"

#include <algorithm>

namespace billhook::stripe {

namespace {

void show_text(json::writer& out, std::string_view name, std::string_view text) {
    if (is_word(text)) {
        out.member(name, text);
    }
}

void show_created(json::writer& out, json::value created) {
    if (const auto seconds = created.as_int64()) {
        out.member("created", *seconds);
    } else {
        show_text(out, "created", created.as_string().value_or(std::string_view()));
    }
}

}  // namespace

bool is_word(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-.:[]").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= max_id_bytes &&
           std::all_of(text.begin(), text.end(), allowed);
}

std::string redact(std::string_view body) {
    json::writer out;
    const auto text = json::read(body);
    if (!text) {
        out.begin_object()
            .member("unreadable", json::to_word(text.error()))
            .member("bytes", static_cast<std::int64_t>(body.size()))
            .end_object();
        return out.take();
    }
    const json::value root = text->root();
    const envelope around = envelope_of(root);
    const auto string_of = [](json::value field) {
        return field.as_string().value_or(std::string_view());
    };
    out.begin_object();
    show_text(out, "id", around.id);
    show_text(out, "type", around.type);
    show_created(out, root.find("created"));
    out.member_if("livemode", root.find("livemode").as_bool());
    show_text(out, "api_version", string_of(root.find("api_version")));
    show_text(out, "account", around.account);
    show_text(out, "object", string_of(around.object.find("object")));
    show_text(out, "object_id", around.object_id);
    show_text(out, "customer", around.customer_id);
    show_text(out, "subscription", id_text(subscription_named_by(around.object)));
    out.end_object();
    return out.take();
}

}  // namespace billhook::stripe
