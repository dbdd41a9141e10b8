#include "tools/simulator/recorded_account.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace billhook::simulator {
namespace {

namespace json = boost::json;

constexpr std::string_view recorded_kinds[][2] = {
    {"event",                 "/v1/events"                },
    {"customer",              "/v1/customers"             },
    {"subscription",          "/v1/subscriptions"         },
    {"subscription_schedule", "/v1/subscription_schedules"},
    {"invoice",               "/v1/invoices"              },
    {"checkout.session",      "/v1/checkout/sessions"     },
    {"price",                 "/v1/prices"                },
};

std::string text_at(const json::object& in, std::string_view name) {
    const auto* const value = in.if_contains(name);
    if (value != nullptr && value->is_object()) {  // expanded
        return text_at(value->get_object(), "id");
    }
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

const json::object* object_at(const json::object& in, std::string_view name) {
    const auto* const value = in.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

const json::array* array_at(const json::object& in, std::string_view name) {
    const auto* const value = in.if_contains(name);
    return value != nullptr ? value->if_array() : nullptr;
}

instant created_of(const json::object& what) {
    const auto* const value = what.if_contains("created");
    return value != nullptr && value->is_int64() ? from_unix_seconds(value->get_int64())
                                                 : instant{};
}

bool is_true_at(const json::object& in, std::string_view name) {
    const auto* const value = in.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string subscription_of(const json::object& invoice) {
    const auto direct = text_at(invoice, "subscription");
    const auto* const parent = object_at(invoice, "parent");
    const auto* const details =
        parent != nullptr ? object_at(*parent, "subscription_details") : nullptr;
    return direct.empty() && details != nullptr ? text_at(*details, "subscription") : direct;
}

// What older versions call a plan, as a price.
json::object price_from_plan(const json::object& plan) {
    json::object price;
    price["id"] = text_at(plan, "id");
    price["object"] = "price";
    price["active"] = true;
    price["type"] = "recurring";
    price["currency"] = text_at(plan, "currency");
    const auto* const amount = plan.if_contains("amount");
    price["unit_amount"] = amount != nullptr ? *amount : json::value();
    const auto product = text_at(plan, "product");
    price["product"] = product.empty() ? "prod_of_" + text_at(plan, "id") : product;
    json::object recurring;
    recurring["interval"] = text_at(plan, "interval");
    const auto* const count = plan.if_contains("interval_count");
    recurring["interval_count"] = count != nullptr ? *count : json::value(1);
    price["recurring"] = std::move(recurring);
    return price;
}

class account_in_the_making {
public:
    explicit account_in_the_making(bool livemode) : livemode_(livemode) {}

    void tell(const json::object& body) {
        if (text_at(body, "object") == "list") {
            const auto* const data = array_at(body, "data");
            for (const auto& each : data != nullptr ? *data : json::array()) {
                if (each.is_object()) {
                    tell(each.get_object());
                }
            }
            return;
        }
        keep(body);
        const auto* const data = object_at(body, "data");
        const auto* const of_event = data != nullptr ? object_at(*data, "object") : nullptr;
        if (of_event == nullptr || text_at(body, "object") != "event") {
            return;
        }
        auto shown = *of_event;
        if (text_at(body, "type") == "customer.deleted") {
            shown["deleted"] = true;
        }
        keep(shown);
    }
    [[nodiscard]] recorded_account take() {
        add_named_customers();
        recorded_account made;
        for (auto& [key, each] : objects_) {
            made.last = std::max(made.last, each.created);
            made.objects.push_back(std::move(each));
        }
        return made;
    }

private:
    void keep(const json::object& what) {
        const auto kind = text_at(what, "object");
        const auto* const found = std::ranges::find(
            recorded_kinds, std::string_view(kind), [](const auto& each) { return each[0]; }
        );
        const auto id = text_at(what, "id");
        const auto* const mode = what.if_contains("livemode");
        const bool is_of_other_mode =
            mode != nullptr && mode->is_bool() && mode->get_bool() != livemode_;
        if (found == std::end(recorded_kinds) || id.empty() || is_of_other_mode) {
            return;
        }
        recorded_object made{std::string((*found)[1]), id, created_of(what), {}, {}};
        for (const char* name : {"customer", "status", "type"}) {
            made.fields[name] = text_at(what, name);
        }
        made.fields["subscription"] = subscription_of(what);
        if (kind == "customer") {
            made.fields["deleted"] = is_true_at(what, "deleted") ? "true" : "false";
        }
        made.body = json::serialize(what);
        if (kind == "subscription") {
            keep_prices(what);
        }
        objects_.insert_or_assign({made.path, made.id}, std::move(made));
    }
    void add_named_customers() {
        std::map<std::string, instant> named;
        for (const auto& [key, each] : objects_) {
            if (key.first != recorded_kinds[0][1] && !each.fields.at("customer").empty()) {
                named.emplace(each.fields.at("customer"), each.created);
            }
        }
        for (const auto& [id, created] : named) {
            if (!objects_.contains({std::string(recorded_kinds[1][1]), id})) {
                json::object bare;
                bare["id"] = id;
                bare["object"] = recorded_kinds[1][0];
                bare["created"] = to_unix_seconds(created);
                bare["metadata"] = json::object();
                keep(bare);
            }
        }
    }
    void keep_prices(const json::object& subscription) {
        const auto add = [this](const json::object& item) {
            if (const auto* const price = object_at(item, "price")) {
                keep(*price);
            } else if (const auto* const plan = object_at(item, "plan")) {
                keep(price_from_plan(*plan));
            }
        };
        const auto* const items = object_at(subscription, "items");
        const auto* const data = items != nullptr ? array_at(*items, "data") : nullptr;
        if (data == nullptr) {
            return add(subscription);
        }
        for (const auto& each : *data) {
            if (each.is_object()) {
                add(each.get_object());
            }
        }
    }

    bool livemode_;
    std::map<std::pair<std::string, std::string>, recorded_object> objects_;
};

}  // namespace

recorded_account account_after(std::span<const std::string> bodies, bool livemode) {
    account_in_the_making made(livemode);
    for (const auto& each : bodies) {
        boost::system::error_code code;
        const auto parsed = json::parse(each, code);
        if (!code && parsed.is_object()) {
            made.tell(parsed.get_object());
        }
    }
    return made.take();
}

}  // namespace billhook::simulator
