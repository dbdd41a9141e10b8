#include "tools/simulator/hosted_pages.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

// A payer in a browser, and what a webhook endpoint hears of him.
namespace billhook::simulator {
namespace {

namespace json = boost::json;
using fields = std::vector<std::pair<std::string, std::string>>;

// A simulated Stripe that sells one plan, with a clock that goes on by itself.
struct sold_plan {
    sold_plan()
        : api({
              .key = "sk_test_simulated0000000",
              .now = [this] { return clock += std::chrono::seconds{1}; },
              .prices = {price_of("price_1", 2'900), price_of("price_2", 7'900)},
              .tell = [this](std::vector<std::string> bodies) { told(bodies); },
              .hosts_pages = true
    }),
          pages(api) {}

    static price price_of(const char* id, std::int64_t amount) {
        price made;
        made.id = id;
        made.name = "Basic <b>";
        made.amount_minor = amount;
        return made;
    }

    void told(const std::vector<std::string>& bodies) {
        for (const auto& each : bodies) {
            const auto event = json::parse(each).as_object();
            const auto& object = event.at("data").as_object().at("object").as_object();
            const auto* const status = object.if_contains("status");
            news += std::string(event.at("type").as_string()) +
                    (status == nullptr ? "" : " " + std::string(status->as_string())) + "; ";
        }
    }
    // What was told since it was asked last.
    std::string heard() { return std::exchange(news, ""); }

    json::object ask(const std::string& method, const std::string& path, const fields& with = {}) {
        api_call call{method, path, with, {{"authorization", "Bearer sk_test_simulated0000000"}}};
        call.headers["host"] = "127.0.0.1:1";
        call.headers["idempotency-key"] = "key " + std::to_string(++keys);
        const auto answer = api.answer(call);
        CAPTURE(answer.body);
        CHECK(answer.status == 200);
        return json::parse(answer.body).as_object();
    }

    api_answer open(const std::string& method, const std::string& path, const fields& with = {}) {
        auto answer = pages.answer({method, path, with, {}});
        REQUIRE(answer.has_value());
        return *std::move(answer);
    }

    // The client secret of a subscription to the first price.
    std::string subscribe() {
        ask("POST",
            "/v1/customers",
            {
                {"metadata[organization_id]", "org_1"}
        });
        const auto made =
            ask("POST",
                "/v1/subscriptions",
                {
                    {"customer",                  "cus_sold0001"                      },
                    {"items[0][price]",           "price_1"                           },
                    {"items[0][quantity]",        "3"                                 },
                    {"metadata[organization_id]", "org_1"                             },
                    {"expand[]",                  "latest_invoice.confirmation_secret"}
        });
        const auto& invoice = made.at("latest_invoice").as_object();
        const auto& secret = invoice.at("confirmation_secret").as_object();
        return std::string(secret.at("client_secret").as_string());
    }

    instant clock = std::chrono::sys_days{std::chrono::January / 1 / 2026};
    std::string news;
    int keys = 0;
    selling_api api;
    hosted_pages pages;
};

std::string path_in(const json::value& url) {
    const std::string text(url.as_string());
    return text.substr(text.find('/', text.find("://") + 3));
}

bool has(const api_answer& page, const std::string& text) {
    return page.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("hosted pages: what the script confirms is paid and told") {
    sold_plan stripe;
    const auto secret = stripe.subscribe();
    CHECK(
        stripe.heard() ==
        "customer.created; customer.subscription.created incomplete; invoice.finalized open; "
    );
    CHECK(stripe.open("GET", "/_stripe/stripe.js").content_type.starts_with("text/javascript"));
    CHECK(has(stripe.open("GET", "/_stripe/stripe.js"), "globalThis.Stripe"));
    const auto confirm = [&](const std::string& with) {
        return stripe.open(
            "POST",
            "/_stripe/confirm",
            {
                {"client_secret", with}
        }
        );
    };
    CHECK(confirm("pi_sub_none_secret_simulated").status == 400);
    CHECK(confirm("").status == 400);
    CHECK(stripe.heard().empty());
    CHECK(confirm(secret).status == 200);
    CHECK(stripe.heard() == "customer.subscription.updated active; invoice.paid paid; ");
    CHECK(confirm(secret).status == 400);
}

TEST_CASE("hosted pages: a period ends and its bill is paid by a link") {
    sold_plan stripe;
    stripe.open(
        "POST",
        "/_stripe/confirm",
        {
            {"client_secret", stripe.subscribe()}
    }
    );
    stripe.heard();
    const auto act = [&](const std::string& what) {
        stripe.open(
            "POST",
            "/_stripe/",
            {
                {"act", what          },
                {"of",  "sub_sold0001"}
        }
        );
        return stripe.heard();
    };
    CHECK(act("renew") == "customer.subscription.updated active; invoice.paid paid; ");
    CHECK(act("fail") == "customer.subscription.updated past_due; invoice.payment_failed open; ");
    CHECK(act("renew").empty());  // the open one first
    const auto overview = stripe.open("GET", "/_stripe/");
    CHECK(has(overview, "org_1"));
    CHECK(has(overview, "Basic &lt;b&gt;"));
    const auto open = stripe.ask(
        "GET",
        "/v1/invoices",
        {
            {"customer", "cus_sold0001"}
    }
    );
    const auto& invoice = open.at("data").as_array().at(0).as_object();
    CHECK(invoice.at("amount_due").as_int64() == 8'700);
    const auto link = path_in(invoice.at("hosted_invoice_url"));
    CHECK(has(stripe.open("GET", link), "Pay USD 87.00"));
    CHECK(stripe.open("POST", link).headers.at("Location") == link);
    CHECK(stripe.heard() == "customer.subscription.updated active; invoice.paid paid; ");
    CHECK(has(stripe.open("GET", link), "Nothing is due."));
}

TEST_CASE("hosted pages: the portal ends a subscription with its period") {
    sold_plan stripe;
    stripe.open(
        "POST",
        "/_stripe/confirm",
        {
            {"client_secret", stripe.subscribe()}
    }
    );
    const auto made = stripe.ask(
        "POST",
        "/v1/billing_portal/sessions",
        {
            {"customer",   "cus_sold0001"                   },
            {"return_url", "http://app.example.com/?a=1&b=2"}
    }
    );
    const auto portal = path_in(made.at("url"));
    CHECK(has(stripe.open("GET", portal), "href=\"http://app.example.com/?a=1&amp;b=2\""));
    stripe.heard();
    const fields cancel{
        {"act", "cancel"      },
        {"of",  "sub_sold0001"}
    };
    stripe.open("POST", portal, cancel);
    CHECK(stripe.heard() == "customer.subscription.updated active; ");
    CHECK(has(stripe.open("GET", portal), "Do not cancel"));
    stripe.open(
        "POST",
        "/_stripe/",
        {
            {"act", "renew"       },
            {"of",  "sub_sold0001"}
    }
    );
    CHECK(stripe.heard() == "customer.subscription.deleted canceled; ");
    CHECK(stripe.open("GET", "/_stripe/portal/bps_9").status == 404);
}

TEST_CASE("hosted pages: Checkout sells and sends back") {
    sold_plan stripe;
    stripe.ask("POST", "/v1/customers");
    const auto made = stripe.ask(
        "POST",
        "/v1/checkout/sessions",
        {
            {"mode",                    "subscription"                },
            {"customer",                "cus_sold0001"                },
            {"ui_mode",                 "hosted_page"                 },
            {"line_items[0][price]",    "price_2"                     },
            {"line_items[0][quantity]", "2"                           },
            {"success_url",             "http://app.example.com/done" },
            {"cancel_url",              "http://app.example.com/plans"}
    }
    );
    const auto link = path_in(made.at("url"));
    CHECK(has(stripe.open("GET", link), "http://app.example.com/plans"));
    stripe.heard();
    const auto paid = stripe.open("POST", link);
    CHECK(paid.status == 303);
    CHECK(paid.headers.at("Location") == "http://app.example.com/done");
    CHECK(stripe.heard() == "customer.subscription.created active; invoice.paid paid; ");
    CHECK(stripe.open("GET", link).status == 404);
    CHECK_FALSE(stripe.pages.answer({"GET", "/v1/customers", {}, {}}));
}

TEST_CASE("hosted pages: what is arranged for the period's end begins with the next") {
    sold_plan stripe;
    stripe.open(
        "POST",
        "/_stripe/confirm",
        {
            {"client_secret", stripe.subscribe()}
    }
    );
    const auto schedule = stripe.ask(
        "POST",
        "/v1/subscription_schedules",
        {
            {"from_subscription", "sub_sold0001"}
    }
    );
    const auto& phase = schedule.at("phases").as_array().at(0).as_object();
    const auto time = [&](const char* name) { return std::to_string(phase.at(name).as_int64()); };
    stripe.ask(
        "POST",
        "/v1/subscription_schedules/sub_sched_sold0001",
        {
            {"phases[0][items][0][price]",    "price_1"         },
            {"phases[0][start_date]",         time("start_date")},
            {"phases[0][end_date]",           time("end_date")  },
            {"phases[1][items][0][price]",    "price_2"         },
            {"phases[1][items][0][quantity]", "1"               },
            {"phases[1][duration][interval]", "month"           }
    }
    );
    stripe.heard();
    CHECK(stripe.api.renew("sub_sold0001", true));
    CHECK(
        stripe.heard() ==
        "subscription_schedule.released released; customer.subscription.updated active; "
        "invoice.paid paid; "
    );
    const auto sold = stripe.api.subscriptions().front();
    CHECK(sold.is.items.front().price.id == "price_2");
    CHECK(sold.amount_due == 7'900);
}

}  // namespace billhook::simulator
