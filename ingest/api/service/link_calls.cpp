#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>
#include <array>

// Links that are capabilities: whoever has one may pay, or change what is paid. They are asked for
// at every call and go to an administrator alone; they are in no log and in no store.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

constexpr std::array flows{
    std::string_view{"payment_method_update"},
    std::string_view{"subscription_cancel"},
    std::string_view{"subscription_update"}};

std::optional<std::string> parameter(const call& of, const std::string& name) {
    const auto found = of.query.find(name);
    return found == of.query.end() ? std::nullopt : std::optional{found->second};
}

// The configuration that `billhook catalogue apply` made: an account whose portal was never saved
// in the Dashboard has no default one. Nothing if it is not there, or the key may not see it.
std::optional<std::string> made_configuration(const at_work& at) {
    const stripe::request list{
        .path = "/v1/billing_portal/configurations",
        .query = {{"active", "true"}, {"limit", "100"}}
    };
    const auto told =
        asked_through(at.with.circuit, [&] { return at.stripe.get(list, at.asked.until); });
    if (!told) {
        return std::nullopt;
    }
    for (const json::value each : told->body.root().find("data").items()) {
        const auto id = each.find("id").as_string();
        if (id && each.find("metadata").find("billhook_portal").is_string()) {
            return std::string(*id);
        }
    }
    return std::nullopt;
}

}  // namespace

http::response portal_of(const at_work& at) {
    const auto& [asked, state, stripe, with] = at;
    const auto flow = parameter(asked.what, "flow");
    const auto back = parameter(asked.what, "return_url");
    if (flow && std::find(flows.begin(), flows.end(), *flow) == flows.end()) {
        return http::to_response(problem{problem_code::bad_parameter});
    }
    if (back && !is_within(*back, with.return_origins)) {
        return http::to_response(problem{problem_code::return_url_refused});
    }
    const auto customers = state.customers(*asked.what.organization);
    if (!customers.living) {
        return http::to_response(problem{problem_code::no_customer});
    }
    if (!flow || *flow == "payment_method_update") {
        move_cards_to_customer(at, *customers.living);
    }
    stripe::parameters form{
        {"customer", *customers.living}
    };
    if (auto made = made_configuration(at)) {
        form.emplace_back("configuration", *std::move(made));
    }
    if (back) {
        form.emplace_back("return_url", *back);
    }
    if (flow) {
        form.emplace_back("flow_data[type]", *flow);
    }
    if (flow && *flow != "payment_method_update") {
        const auto subscription = state.living_subscription(*asked.what.organization);
        if (!subscription) {
            return http::to_response(problem{problem_code::no_subscription});
        }
        form.emplace_back("flow_data[" + *flow + "][subscription]", *subscription);
    }
    const stripe::writing write{
        .path = "/v1/billing_portal/sessions",
        .form = std::move(form),
        .key = fresh_key(),
        .until = asked.until};
    const auto told =
        answered_through(with.circuit, [&, &client = stripe] { return client.post(write); });
    const std::string url(told.body.root().find("url").as_string().value_or(""));
    if (!is_link(url)) {
        throw stripe::failure("a portal session came without a link", true);
    }
    if (asked.wants_json) {
        json::writer out;
        return kept_nowhere(out.begin_object().member("url", url).end_object().take());
    }
    auto reply = kept_nowhere({});
    reply.status = 303;
    reply.more.emplace_back("Location", url);
    return reply;
}

http::response open_invoices_of(const at_work& at) {
    const auto customers = at.state.customers(at.organization());
    json::writer out;
    out.begin_object().key("invoices").begin_array();
    if (customers.living) {
        const stripe::request list{
            .path = "/v1/invoices",
            .query = {{"customer", *customers.living}, {"status", "open"}, {"limit", "100"}}
        };
        const auto told = at.get(list);
        for (const json::value each : told.body.root().find("data").items()) {
            const std::string link(each.find("hosted_invoice_url").as_string().value_or(""));
            out.begin_object()
                .member("invoice", each.find("id").as_string())
                .member("amount_due_minor", each.find("amount_due").as_int64())
                .member("currency", each.find("currency").as_string())
                .member("link", is_link(link) ? std::optional{link} : std::nullopt)
                .end_object();
        }
    }
    return kept_nowhere(out.end_array().end_object().take());
}

}  // namespace billhook::api
