#include "worker/ledger/items_text.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <optional>

namespace billhook {

namespace {

std::optional<std::string> time_text(const std::optional<instant>& at) {
    return at ? std::optional(to_rfc3339(*at)) : std::nullopt;
}

std::optional<std::string> text_in(json::value object, std::string_view key) {
    const auto found = object.find(key).as_string();
    return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::optional<instant> time_in(json::value object, std::string_view key) {
    const auto found = object.find(key).as_string();
    if (!found) {
        return std::nullopt;
    }
    const auto at = from_rfc3339(*found);
    BILLHOOK_ASSERT(at.has_value());
    return at;
}

}  // namespace

std::string items_json(const std::vector<stripe::subscription_item>& items) {
    json::writer out;
    out.begin_array();
    for (const stripe::subscription_item& item : items) {
        out.begin_object()
            .member_if("price", item.price)
            .member_if("product", item.product)
            .member_if("lookup_key", item.lookup_key)
            .member_if("quantity", item.quantity)
            .member_if("period_start", time_text(item.period_start))
            .member_if("period_end", time_text(item.period_end))
            .end_object();
    }
    out.end_array();
    return out.take();
}

std::vector<stripe::subscription_item> items_from(std::string_view json) {
    const auto read = json::read(json);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_array());
    std::vector<stripe::subscription_item> items;
    for (const json::value each : read->root().items()) {
        items.push_back({
            .price = text_in(each, "price"),
            .product = text_in(each, "product"),
            .lookup_key = text_in(each, "lookup_key"),
            .quantity = each.find("quantity").as_int64(),
            .period_start = time_in(each, "period_start"),
            .period_end = time_in(each, "period_end"),
        });
    }
    return items;
}

}  // namespace billhook
