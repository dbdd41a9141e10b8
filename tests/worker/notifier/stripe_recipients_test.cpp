#include "worker/notifier/stripe_recipients.hpp"

#include "tests/schemas/io/stripe_api/asked.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace billhook {
namespace {

using simulator::api_answer;

api_answer ok(const std::string& body) {
    return {.status = 200, .body = body};
}
api_answer no(int status) {
    return {.status = status, .body = R"({"error":{"type":"invalid_request_error"}})"};
}

const api_answer ada =
    ok(R"({"id":"cus_1","object":"customer","email":"ada@customer.example","name":"Ada"})");
const api_answer open_invoice =
    ok(R"({"id":"in_1","object":"invoice","status":"open","amount_due":2900,"currency":"usd",)"
       R"("hosted_invoice_url":"https://invoice.stripe.example/i/1"})");
const api_answer paid_invoice =
    ok(R"({"id":"in_1","object":"invoice","status":"paid","amount_due":2900,"currency":"usd",)"
       R"("hosted_invoice_url":"https://invoice.stripe.example/i/1"})");

notice about(std::size_t invoices) {
    notice what = sample_notice(notice_kind::payment_failed);
    for (std::size_t each = 0; each < invoices; ++each) {
        what.invoices.push_back({invoice_id("in_1"), std::nullopt});
    }
    return what;
}

}  // namespace

TEST_CASE("recipients: an address with what is to be paid and where") {
    stripe::asked of({ada, open_invoice});
    notice what = about(2);
    what.invoices[1].amount_remaining = money{900, "usd"};
    const auto found = stripe_recipients(of.client).find(what);
    REQUIRE(found.has_value());
    CHECK((found->address == secret("ada@customer.example")));
    CHECK((found->name == secret("Ada")));
    REQUIRE(found->invoices.size() == 2);
    CHECK((found->invoices[0].amount == money{2900, "usd"}));
    CHECK((found->invoices[1].amount == money{900, "usd"}));
    CHECK((found->invoices[0].link == secret("https://invoice.stripe.example/i/1")));
}

TEST_CASE("recipients: why nobody is written to") {
    using outcome = std::optional<notice_outcome>;
    const outcome failed = notice_outcome::failed;
    const outcome overtaken = notice_outcome::overtaken;
    const auto customer = [](const char* members) {
        return ok(std::string(R"({"id":"cus_1","object":"customer")") + members + "}");
    };
    const struct {
        const char* name;
        std::vector<api_answer> answers;
        std::size_t invoices;
        outcome how;
        std::string cause;
    } rows[] = {
        {"a stranger to Stripe",         {no(404)},                            0, failed,    "customer_unknown"      },
        {"deleted there",                {customer(R"(,"deleted":true)")},     0, failed,    "customer_deleted"      },
        {"without an address",           {customer(R"(,"email":null)")},       0, failed,    "no_address"            },
        {"with an address that is none",
         {customer(R"(,"email":"ada at home")")},
         0,                                                                       failed,
         "bad_address"                                                                                               },
        {"an address with a second one",
         {customer(R"(,"email":"a@b.example\r\nBcc: c@d.example")")},
         0,                                                                       failed,
         "bad_address"                                                                                               },
        {"a key that may not look",      {no(403)},                            0, {},        "stripe_refuses_the_key"},
        {"a key that is none",           {no(401)},                            0, {},        "stripe_refuses_the_key"},
        {"a question Stripe refuses",    {no(400)},                            0, failed,    "stripe_refused"        },
        {"Stripe is ill",                {no(500)},                            0, {},        "stripe_unavailable"    },
        {"a name that is no UTF-8",
         {customer(",\"email\":\"ada@customer.example\",\"name\":\"A\xff\"")},
         0,                                                                       {},
         "stripe_unreadable"                                                                                         },
        {"no JSON",                      {ok("<html>")},                       0, {},        "stripe_unreadable"     },
        {"Stripe is ill at the invoice", {ada, no(500)},                       1, {},        "stripe_unavailable"    },
        {"no invoice may be looked at",  {ada, no(403)},                       1, {},        "stripe_refuses_the_key"},
        {"paid a moment ago",            {ada, paid_invoice},                  1, overtaken, "invoice_settled"       },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        stripe::asked of(row.answers);
        const auto found = stripe_recipients(of.client).find(about(row.invoices));
        REQUIRE(found.has_error());
        CHECK((found.error().outcome == row.how));
        CHECK(found.error().cause == row.cause);
    }
    stripe::asked of({ada});
    notice nobody = about(0);
    nobody.customer.reset();
    CHECK(stripe_recipients(of.client).find(nobody).error().cause == "no_customer");
    CHECK(of.calls.empty());
}

TEST_CASE("recipients: one invoice that is open is enough") {
    stripe::asked of({ada, paid_invoice, no(404), open_invoice});
    const auto found = stripe_recipients(of.client).find(about(3));
    REQUIRE(found.has_value());
    CHECK(found->invoices.size() == 1);
}

}  // namespace billhook
