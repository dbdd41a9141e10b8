#include "tools/simulator/stock.hpp"

#include "tools/simulator/render_parts.hpp"
#include "tools/simulator/selling_answers.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <span>
#include <string_view>

namespace billhook::simulator {
namespace {

const std::string prices_folder = "/v1/prices";

bool is_place(std::string_view part) {
    return part.empty() || part.find_first_not_of("0123456789") == part.npos;
}

// "features[products][0][prices][]" -> features, products, 0, prices, "".
std::vector<std::string> parts_of(const std::string& name) {
    auto begin = name.find('[');
    std::vector<std::string> parts{name.substr(0, begin)};
    while (begin != name.npos) {
        const auto end = name.find(']', begin);
        parts.push_back(name.substr(begin + 1, end - begin - 1));
        begin = end == name.npos ? end : name.find('[', end);
    }
    return parts;
}

// The same with "#" for each place in a list; of metadata the key does not matter.
std::string shape_of(const std::string& name) {
    const auto parts = parts_of(name);
    std::string shape = parts.front();
    for (std::size_t at = 1; at < parts.size(); ++at) {
        const bool any = is_place(parts[at]) || parts.front() == "metadata";
        shape += any ? "[#]" : "[" + parts[at] + "]";
    }
    return shape;
}

json::value value_of(const std::string& text) {
    return text == "true" || text == "false" ? json::value(text == "true") : json::value(text);
}

// Puts a parameter where its name says.
void put(json::value& into, std::span<const std::string> parts, const std::string& text) {
    if (parts.empty()) {
        into = value_of(text);
    } else if (is_place(parts.front())) {
        auto& list = into.is_array() ? into.as_array() : into.emplace_array();
        std::size_t at = list.size();
        std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), at);
        at = std::min(at, list.size());
        if (at == list.size()) {
            list.emplace_back(nullptr);
        }
        put(list[at], parts.subspan(1), text);
    } else {
        auto& object = into.is_object() ? into.as_object() : into.emplace_object();
        put(object[parts.front()], parts.subspan(1), text);
    }
}

// What is given is added; a list that is given takes the place of the former one.
void merge(json::object& into, const json::object& given) {
    for (const auto& [key, value] : given) {
        json::value& had = into[key];
        if (had.is_object() && value.is_object()) {
            merge(had.as_object(), value.as_object());
        } else {
            had = value;
        }
    }
}

json::object form_of(const api_call& call) {
    json::value all = json::object{};
    for (const auto& [name, text] : call.parameters) {
        if (!name.starts_with("expand[")) {
            put(all, parts_of(name), text);
        }
    }
    return all.as_object();
}

bool are_known(const api_call& call, const std::set<std::string>& names) {
    return std::ranges::all_of(call.parameters, [&](const auto& each) {
        const auto shape = shape_of(each.first);
        return shape == "expand[#]" || names.contains(shape);
    });
}

json::object product_of(const price& what) {
    return {
        {"id",       what.product  },
        {"object",   "product"     },
        {"active",   true          },
        {"name",     what.name     },
        {"metadata", json::object{}},
        {"livemode", false         }
    };
}

const std::set<std::string> known_of_price{
    "product",
    "currency",
    "unit_amount",
    "recurring[interval]",
    "lookup_key",
    "transfer_lookup_key",
    "nickname",
    "metadata[#]"};

}  // namespace

stock::stock(std::vector<price> prices)
    : prices_(std::move(prices)),
      products_{
          .folder = "/v1/products",
          .object = "product",
          .id_begins = "prod_sold",
          .parameters = {"id", "name", "active", "metadata[#]"},
          .things = {}
},
      portals_{
          .folder = "/v1/billing_portal/configurations",
          .object = "billing_portal.configuration",
          .id_begins = "bpc_sold",
          .parameters =
              {"default_return_url",
               "metadata[#]",
               "features[payment_method_update][enabled]",
               "features[invoice_history][enabled]",
               "features[customer_update][enabled]",
               "features[customer_update][allowed_updates][#]",
               "features[subscription_cancel][enabled]",
               "features[subscription_cancel][mode]",
               "features[subscription_update][enabled]",
               "features[subscription_update][default_allowed_updates][#]",
               "features[subscription_update][proration_behavior]",
               "features[subscription_update][schedule_at_period_end][conditions][#][type]",
               "features[subscription_update][products][#][product]",
               "features[subscription_update][products][#][prices][#]"},
          .things = {}},
      endpoints_{
          .folder = "/v1/webhook_endpoints",
          .object = "webhook_endpoint",
          .id_begins = "we_sold",
          .parameters =
              {"url", "enabled_events[#]", "api_version", "description", "metadata[#]", "disabled"},
          .things = {}} {
    for (const price& each : prices_) {
        if (!has_product(each.product)) {
            products_.things.push_back(product_of(each));
        }
    }
}

bool stock::has_product(const std::string& id) const {
    return std::ranges::any_of(products_.things, [&](const auto& each) {
        return each.at("id").as_string() == id;
    });
}

bool stock::opens_portal(const std::string& configuration) const {
    const auto& made = portals_.things;
    return configuration.empty() ? made.empty() : std::ranges::any_of(made, [&](const auto& each) {
        return each.at("id").as_string() == configuration;
    });
}

const price* stock::find(const std::string& price_id) const {
    const auto found = std::ranges::find(prices_, price_id, &price::id);
    return found == prices_.end() ? nullptr : &*found;
}

std::optional<api_answer> stock::write(const api_call& call) {
    for (shelf* each : {&products_, &portals_, &endpoints_}) {
        if (call.path == each->folder) {
            return make(*each, call);
        }
        if (call.path.starts_with(each->folder + '/')) {
            return change(*each, call.path.substr(each->folder.size() + 1), call);
        }
    }
    return write_price(call);
}

api_answer stock::make(shelf& in, const api_call& call) {
    if (!are_known(call, in.parameters) || !call.parameter("disabled").empty()) {
        return refused("parameter_unknown");
    }
    const auto asked = call.parameter("id");
    const bool is_taken = std::ranges::any_of(in.things, [&](const auto& each) {
        return each.at("id").as_string() == asked;
    });
    if (is_taken) {
        return refused("resource_already_exists");
    }
    json::object made{
        {"id", asked.empty() ? fmt::format("{}{:04}", in.id_begins, in.things.size() + 1) : asked},
        {"object", in.object},
        {"active", true},
        {"livemode", false},
        {"metadata", json::object{}}
    };
    merge(made, form_of(call));
    if (&in == &endpoints_) {
        made.erase("active");
        made["status"] = "enabled";
    }
    if (&in == &portals_) {
        made["is_default"] = false;
    }
    in.things.push_back(made);
    if (&in == &endpoints_) {
        made["secret"] = fmt::format("whsec_simulated{:04}", in.things.size());
    }
    return shown(made);
}

api_answer stock::change(shelf& in, const std::string& id, const api_call& call) {
    const auto found = std::ranges::find_if(in.things, [&](const auto& each) {
        return each.at("id").as_string() == id;
    });
    if (found == in.things.end()) {
        return missing();
    }
    // An endpoint keeps the version that it was made with.
    const bool is_fixed = !call.parameter("api_version").empty() || !call.parameter("id").empty();
    if (!are_known(call, in.parameters) || is_fixed) {
        return refused("parameter_unknown");
    }
    merge(*found, form_of(call));
    if (found->contains("disabled")) {
        (*found)["status"] = found->at("disabled").as_bool() ? "disabled" : "enabled";
        found->erase("disabled");
    }
    return shown(*found);
}

std::optional<api_answer> stock::write_price(const api_call& call) {
    if (call.path == prices_folder) {
        return make_price(call);
    }
    const auto found = std::ranges::find_if(prices_, [&](const auto& each) {
        return call.path == prices_folder + '/' + each.id;
    });
    if (found == prices_.end()) {
        return std::nullopt;
    }
    if (!are_known(call, {"active"})) {
        return refused("parameter_unknown");
    }
    found->active = call.parameter("active") != "false";
    return shown(price_hash(*found, rendering_for(call)));
}

api_answer stock::make_price(const api_call& call) {
    if (!are_known(call, known_of_price)) {
        return refused("parameter_unknown");
    }
    const auto amount = call.parameter("unit_amount");
    const auto interval = call.parameter("recurring[interval]");
    price made;
    made.id = fmt::format("price_sold{:04}", prices_.size() + 1);
    made.product = call.parameter("product");
    made.currency = call.parameter("currency");
    made.name = call.parameter("nickname");
    made.lookup_key = call.parameter("lookup_key");
    made.months = interval == "year" ? 12 : 1;
    for (const auto& [name, value] : call.parameters) {
        if (const auto parts = parts_of(name); parts.front() == "metadata" && parts.size() == 2) {
            made.metadata[parts.back()] = value;
        }
    }
    const auto end = amount.data() + amount.size();
    const auto [stopped, code] = std::from_chars(amount.data(), end, made.amount_minor);
    const bool readable = code == std::errc{} && stopped == end && made.amount_minor >= 0 &&
                          made.currency.size() == 3 && (interval == "month" || interval == "year");
    if (!readable || !has_product(made.product)) {
        return refused(readable ? "resource_missing" : "parameter_invalid");
    }
    const auto holder = std::ranges::find(prices_, made.lookup_key, &price::lookup_key);
    if (!made.lookup_key.empty() && holder != prices_.end()) {
        if (call.parameter("transfer_lookup_key") != "true") {
            return refused("");  // Stripe has no code for it
        }
        holder->lookup_key.clear();
    }
    prices_.push_back(made);
    return shown(price_hash(made, rendering_for(call)));
}

std::optional<api_answer> stock::read(const api_call& call) const {
    for (const shelf* each : {&products_, &portals_, &endpoints_}) {
        if (call.path == each->folder) {
            json::array data(each->things.rbegin(), each->things.rend());
            return shown(list_of(std::move(data), each->folder));
        }
        for (const auto& thing : each->things) {
            if (call.path == each->folder + '/' + thing.at("id").as_string().c_str()) {
                return shown(thing);
            }
        }
    }
    return read_prices(call);
}

std::optional<api_answer> stock::read_prices(const api_call& call) const {
    const rendering as = rendering_for(call);
    if (call.path != prices_folder) {
        const auto found = std::ranges::find_if(prices_, [&](const auto& each) {
            return call.path == prices_folder + '/' + each.id;
        });
        return found == prices_.end() ? std::nullopt : std::optional{shown(price_hash(*found, as))};
    }
    const auto keys = call.parameters_named("lookup_keys[]");
    const auto product = call.parameter("product");
    const auto active = call.parameter("active");
    json::array data;
    for (const auto& each : prices_) {
        const bool has_key = keys.empty() || std::ranges::count(keys, each.lookup_key) > 0;
        const bool asked = active.empty() || each.active == (active == "true");
        if (asked && has_key && (product.empty() || product == each.product)) {
            data.push_back(price_hash(each, as));
        }
    }
    return shown(list_of(std::move(data), prices_folder));
}

}  // namespace billhook::simulator
