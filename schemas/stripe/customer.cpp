#include "schemas/stripe/customer.hpp"

namespace billhook::stripe {

customer_state customer_state_of(json::value object, field_reader& in) {
    customer_state state;
    state.organization =
        field_reader::organization(object.find("metadata").find("organization_id"));
    state.created = in.time(object.find("created"));
    return state;
}

customer_replaced customer_replaced_by(json::value previous, std::string_view account) {
    customer_replaced replaced;
    note_replaced(
        replaced.organization,
        at_path(previous, {"metadata", "organization_id"}),
        account,
        [](field_reader&, json::value was) { return field_reader::organization(was); }
    );
    note_replaced(
        replaced.created,
        previous.find("created"),
        account,
        [](field_reader& in, json::value was) { return in.time(was); }
    );
    return replaced;
}

}  // namespace billhook::stripe
