#include "schemas/stripe/envelope.hpp"

#include "schemas/stripe/field_reader.hpp"

namespace billhook::stripe {

namespace {

std::string_view usable(std::string_view text) {
    return is_usable(text) ? text : std::string_view();
}

std::string_view usable_text(json::value field) {
    return usable(field.as_string().value_or(std::string_view()));
}

bool looks_like_snapshot(json::value root) {
    const json::value object = root.find("object");
    return object.is_absent() ? root.find("data").find("object").is_object()
                              : object.as_string() == "event";
}

}  // namespace

envelope envelope_of(json::value root) {
    envelope around;
    around.is_snapshot = looks_like_snapshot(root);
    around.id = usable_text(root.find("id"));
    around.type = usable_text(root.find("type"));
    if (around.is_snapshot) {
        around.account = usable_text(root.find("account"));
        around.object = root.find("data").find("object");
    } else {
        around.object = root.find("related_object");
    }
    if (!around.object.is_object()) {
        return around;
    }
    around.object_id = usable(id_text(around.object));
    const bool is_customer = around.object.find("object").as_string() == "customer";
    around.customer_id =
        is_customer ? around.object_id : usable(id_text(around.object.find("customer")));
    return around;
}

}  // namespace billhook::stripe
