#include "tools/simulator/events_api.hpp"

#include "schemas/types/assert.hpp"
#include "tools/simulator/render.hpp"
#include "tools/simulator/render_parts.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace billhook::simulator {
namespace {

namespace json = boost::json;

constexpr std::chrono::days kept{30};  // of the list of events
constexpr std::size_t largest_page = 100;
constexpr const char* events_path = "/v1/events";
constexpr const char* prices_path = "/v1/prices";

api_answer error(int status, std::string_view code) {
    json::object what;
    what["type"] = status >= 500 ? "api_error" : "invalid_request_error";
    what["code"] = code;
    what["message"] = "simulated";
    json::object body;
    body["error"] = std::move(what);
    return {
        .status = status,
        .headers = {{"Request-Id", "req_simulated"}},
        .body = json::serialize(body)};
}

std::optional<std::int64_t> number_in(const std::string& text) {
    std::int64_t number = 0;
    const auto [stopped, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = code == std::errc{} && stopped == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

bool is_within(instant created, const api_call& call) {
    const auto seconds = to_unix_seconds(created);
    const auto bound = [&](const char* name, std::int64_t otherwise) {
        return number_in(call.parameter(name)).value_or(otherwise);
    };
    return seconds >= bound("created[gte]", seconds) && seconds <= bound("created[lte]", seconds) &&
           seconds > bound("created[gt]", seconds - 1) &&
           seconds < bound("created[lt]", seconds + 1);
}

bool is_common(const std::string& name) {
    static const std::set<std::string> names{
        "limit",
        "starting_after",
        "ending_before",
        "created[gte]",
        "created[lte]",
        "created[gt]",
        "created[lt]"};
    return names.contains(name);
}

std::string quoted(std::string_view text) {
    return json::serialize(json::value(text));
}

// What Stripe still says of a deleted customer.
json::object deleted_customer(const customer& who) {
    json::object out;
    out["id"] = who.id;
    out["object"] = "customer";
    out["deleted"] = true;
    return out;
}

}  // namespace

events_api::events_api(events_api_settings settings)
    : settings_(std::move(settings)), random_(settings_.seed) {
    lists_[events_path].parameters = {"type", "types[]"};
    lists_["/v1/customers"].parameters = {"email"};
    lists_["/v1/subscriptions"].parameters = {"customer", "status", "price"};
    lists_["/v1/invoices"].parameters = {"customer", "status", "subscription"};
    lists_["/v1/checkout/sessions"].parameters = {"customer", "status", "subscription"};
    lists_["/v1/subscription_schedules"].parameters = {"customer"};
    lists_[prices_path].parameters = {"type", "expand[]"};
}

events_api::events_api(std::span<const organization_life> lives, events_api_settings settings)
    : events_api(std::move(settings)) {
    for (const auto& life : lives) {
        if (life.stripe) {
            add_life(life);
        }
    }
    put_in_order();
}

events_api::events_api(const recorded_account& account, events_api_settings settings)
    : events_api(std::move(settings)) {
    for (const auto& each : account.objects) {
        add(each.path, item{each.id, each.created, 0, each.fields, each.body});
    }
    put_in_order();
}

void events_api::put_in_order() {
    for (auto& [path, made] : lists_) {
        std::ranges::sort(made.items, [](const item& a, const item& b) {
            return std::tie(b.created, b.order) < std::tie(a.created, a.order);
        });
        for (std::size_t at = 0; at < made.items.size(); ++at) {
            made.by_id[made.items[at].id] = at;
        }
    }
}

void events_api::add(const std::string& path, item what) {
    what.order = lists_[path].items.size();
    lists_[path].items.push_back(std::move(what));
}

void events_api::add_life(const organization_life& life) {
    // Of no older shape than what a client asks for today.
    const rendering as{"2026-09-30.endive", settings_.livemode};
    // What was lost on the way is not shown either: nothing could be known of it. What began
    // unheard is.
    const auto shown_here = life.from_before ? life.stripe->read() : life.stripe->told();
    for (const auto& [id, who] : shown_here.customers) {
        const auto shown = who.deleted ? deleted_customer(who) : render(who, as);
        item what{id, who.created, 0, {}, to_text(shown)};
        what.fields["deleted"] = who.deleted ? "true" : "false";
        add("/v1/customers", std::move(what));
    }
    for (const auto& [id, told] : shown_here.subscriptions) {
        auto shown = render(told.last, as);
        item what{id, told.last.created, 0, {}, to_text(shown)};
        what.fields["customer"] = told.last.customer;
        what.fields["status"] = told.last.status;
        add("/v1/subscriptions", std::move(what));
        for (const auto& each : told.last.items) {
            add_price(each.price, told.last.created);
        }
    }
    for (const auto& [id, told] : shown_here.invoices) {
        item what{id, told.last.created, 0, {}, to_text(render(told.last, as))};
        what.fields["customer"] = told.last.customer;
        what.fields["status"] = told.last.status;
        what.fields["subscription"] = told.last.subscription;
        add("/v1/invoices", std::move(what));
    }
    for (const auto& [id, what_moves] : shown_here.schedules) {
        item what{id, what_moves.created, 0, {}, to_text(render(what_moves, as))};
        what.fields["customer"] = what_moves.customer;
        add("/v1/subscription_schedules", std::move(what));
    }
    for (const auto& [id, session] : life.stripe->checkout_sessions()) {
        item what{id, session.created, 0, {}, to_text(render(session, as))};
        what.fields["customer"] = session.customer;
        what.fields["subscription"] = session.subscription;
        what.fields["status"] = session.status;
        add("/v1/checkout/sessions", std::move(what));
    }
    for (const auto& sent : life.stripe->events()) {
        add_event(sent);
    }
}

// With its product expanded, as whoever lists prices asks for it.
void events_api::add_price(const price& what, instant seen) {
    auto& prices = lists_[prices_path];
    if (!prices.by_id.emplace(what.id, 0).second) {
        return;
    }
    auto shown = price_hash(what, {"2026-09-30.endive", settings_.livemode});
    json::object product;
    product["id"] = what.product;
    product["object"] = "product";
    product["name"] = what.name;
    shown["product"] = std::move(product);
    add(prices_path, item{what.id, seen, 0, {}, to_text(shown)});
}

void events_api::add_event(const sent_event& sent) {
    item what{sent.id, sent.created, 0, {}, sent.bodies.front()};
    what.fields["type"] = sent.type;
    add(events_path, std::move(what));
}

std::optional<api_answer> events_api::fault() {
    static const std::vector<std::string> reasons{
        "global-rate", "endpoint-rate", "endpoint-concurrency", "resource-specific"};
    const double drawn = random_.fraction();
    double bound = settings_.rate_limited;
    if (drawn < bound) {
        auto limited = error(429, "rate_limit");
        limited.headers["Stripe-Rate-Limited-Reason"] = random_.one_of(reasons);
        return limited;
    }
    bound += settings_.broken;
    if (drawn < bound) {
        return error(random_.chance(0.5) ? 500 : 503, "api_error");
    }
    return std::nullopt;
}

api_answer events_api::answer(const api_call& call) {
    const auto authorization = call.headers.find("authorization");
    if (authorization == call.headers.end() || authorization->second != "Bearer " + settings_.key) {
        return error(401, "api_key_invalid");
    }
    if (call.method != "GET") {
        return error(405, "method_not_allowed");
    }
    if (auto bad = fault()) {
        return *bad;
    }
    const auto found = lists_.find(call.path);
    const auto slash = call.path.rfind('/');
    const auto parent = lists_.find(call.path.substr(0, slash));
    auto made = found != lists_.end()    ? page_of(found->first, found->second, call)
                : parent != lists_.end() ? one_of(parent->second, call.path.substr(slash + 1))
                                         : error(404, "unrecognized_url");
    made.date = settings_.now();
    if (made.status == 200 && random_.chance(settings_.cut)) {
        made.fault = api_fault::cut;
    } else if (made.status == 200 && random_.chance(settings_.slow)) {
        made.fault = api_fault::hang;
    }
    return made;
}

api_answer events_api::one_of(const list& of, const std::string& id) const {
    const auto found = of.by_id.find(id);
    if (found == of.by_id.end()) {
        return error(404, "resource_missing");
    }
    return {.status = 200, .body = of.items[found->second].body};
}

api_answer events_api::page_of(const std::string& path, const list& of, const api_call& call)
    const {
    for (const auto& [name, value] : call.parameters) {
        if (!is_common(name) && std::ranges::find(of.parameters, name) == of.parameters.end()) {
            return error(400, "parameter_unknown");
        }
    }
    const auto limit = call.parameter("limit").empty() ? 10 : number_in(call.parameter("limit"));
    const auto types = call.parameters_named("types[]");
    if (!limit || *limit < 1 || *limit > static_cast<std::int64_t>(largest_page) ||
        types.size() > 20) {
        return error(400, "parameter_invalid_integer");
    }
    std::size_t at = 0;
    if (const auto after = call.parameter("starting_after"); !after.empty()) {
        const auto found = of.by_id.find(after);
        if (found == of.by_id.end()) {
            return error(400, "resource_missing");
        }
        at = found->second + 1;
    }
    const bool events = path == events_path;
    const bool hides_canceled = path == "/v1/subscriptions" && call.parameter("status").empty();
    const auto oldest = settings_.now() - kept;
    const auto shown = [&](const item& each) {
        const auto matches = [&](const char* name, const char* open) {
            const auto wanted = call.parameter(name);
            const auto has = each.fields.find(name);
            return wanted.empty() || wanted == open ||
                   (has != each.fields.end() && has->second == wanted);
        };
        const auto deleted = each.fields.find("deleted");
        return is_within(each.created, call) && (!events || each.created >= oldest) &&
               (types.empty() || std::ranges::find(types, each.fields.at("type")) != types.end()) &&
               (deleted == each.fields.end() || deleted->second == "false") &&
               !(hides_canceled && each.fields.at("status") == "canceled") &&
               matches("customer", "") && matches("status", "all") && matches("subscription", "");
    };
    std::string data;
    std::int64_t count = 0;
    for (; at < of.items.size() && count <= *limit; ++at) {
        if (shown(of.items[at]) && ++count <= *limit) {
            data += (data.empty() ? "" : ",") + of.items[at].body;
        }
    }
    return {
        .status = 200,
        .body = fmt::format(
            R"({{"object":"list","url":{},"has_more":{},"data":[{}]}})",
            quoted(path),
            count > *limit,
            data
        )};
}

}  // namespace billhook::simulator
