#include "tests/integration/api/selling_ground.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

// POST …/customer through the whole API against a stateful Stripe: what is counted are the objects
// at Stripe.
namespace billhook::testing {
namespace {

using namespace std::chrono_literals;
using simulator::api_call;
using simulator::write_fault;

std::string path_of(const std::string& organization) {
    return "/v1/organizations/" + organization + "/customer";
}

api_reply make(const running_api& api, const std::string& organization) {
    return api.ask("POST", path_of(organization), "admin " + organization, "{}");
}

api_reply make_at_last(const running_api& api, const std::string& organization) {
    return at_last([&] { return make(api, organization); });
}

// The first `count` POSTs end so, the others well.
auto first_ones(write_fault how, int count) {
    const auto left = std::make_shared<std::atomic<int>>(count);
    return [left, how](const api_call&) { return --*left >= 0 ? how : write_fault::none; };
}

// Answers are lost, keys answered 500 and locks not had, now and then.
auto now_and_then() {
    const auto number = std::make_shared<std::atomic<unsigned>>(0);
    return [number](const api_call&) {
        switch ((*number)++ % 7) {
            case 1:
                return write_fault::lost;
            case 3:
                return write_fault::failed;
            case 4:
                return write_fault::locked;
            case 5:
                return write_fault::failed_done;
            default:
                return write_fault::none;
        }
    };
}

void check_record(
    const selling_ground& under,
    const std::string& after,
    const simulator::customer& of
) {
    const auto& organization = of.metadata.at("organization_id");
    const auto read = under.record_of(after);
    CHECK(read.key == of.id);
    CHECK(read.event_type == "customer.created");
    CHECK(read.body.find("\"organization_id\":\"" + organization + "\"") != read.body.npos);
}

}  // namespace

TEST_CASE("customer: fifty calls at once for each of many organizations make one for each") {
    selling_ground under{3, now_and_then(), 2ms};
    if (!under.usable()) {
        return;
    }
    // Two processes, which know nothing of each other.
    const running_api one{under.plan()};
    const running_api other{under.plan()};
    constexpr int organizations = 12;
    constexpr int callers = 50;
    std::mutex guard;
    std::map<std::string, std::set<std::string>> told;
    std::map<std::string, std::string> after;
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller) {
        threads.emplace_back([&, caller] {
            for (int i = 0; i < organizations; ++i) {
                const auto organization = fmt::format("org_{}", i);
                const auto reply = make_at_last(caller % 2 == 0 ? one : other, organization);
                const std::lock_guard lock(guard);
                told[organization].insert(
                    reply.status == 200 || reply.status == 201 ? member_of(reply, "customer")
                                                               : reply.body
                );
                after[organization] = member_of(reply, "after");
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    const auto made = under.stripe.api.customers();
    CHECK(made.size() == organizations);
    for (const auto& customer : made) {
        const auto& organization = customer.metadata.at("organization_id");
        CAPTURE(organization);
        CHECK(told[organization] == std::set<std::string>{customer.id});
    }

    // In the log, for the fold as anything else that Stripe says; and the same to whoever asked.
    for (const auto& customer : made) {
        const auto& organization = customer.metadata.at("organization_id");
        check_record(under, after[organization], customer);
        under.fold(organization, customer.id);
    }
    // From now on by the mapping: Stripe is not asked.
    const auto executed = under.stripe.api.executed();
    const auto known = make(other, "org_3");
    CHECK(known.status == 200);
    CHECK(told["org_3"].contains(member_of(known, "customer")));
    CHECK(under.stripe.api.executed() == executed);
    CHECK(under.stripe.api.customers().size() == organizations);
}

TEST_CASE("customer: however the first try ends and there is one") {
    builders::database db;
    const builders::topic log(1);
    if (!db.usable() || !log.usable()) {
        return;
    }
    db.migrate();
    struct row {
        write_fault how;
        int times;
        int status;        // of the first call
        const char* code;  // of its problem
    };
    const row rows[] = {
        {write_fault::none,         0, 201, ""                  },
        {write_fault::lost,         1, 200, ""                  },
        {write_fault::locked,       2, 201, ""                  },
        {write_fault::failed,       1, 201, ""                  },
        {write_fault::failed,       2, 201, ""                  },
        {write_fault::failed_done,  1, 200, ""                  },
        {write_fault::rate_limited, 1, 503, "stripe_unavailable"},
    };
    for (const row& each : rows) {
        CAPTURE(static_cast<int>(each.how));
        CAPTURE(each.times);
        const selling_stripe stripe{first_ones(each.how, each.times)};
        const running_api api{stripe.plan_for(db, log.name(), log.client())};
        const auto organization = fmt::format("org_{}_{}", static_cast<int>(each.how), each.times);
        const auto reply = make(api, organization);
        CAPTURE(reply.body);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
        const auto again = make_at_last(api, organization);
        REQUIRE(stripe.api.customers().size() == 1);
        CHECK(member_of(again, "customer") == stripe.api.customers().front().id);
        CHECK(again.field("Cache-Control") == "no-store");
    }
}

TEST_CASE("customer: a process that ends between Stripe's answer and the log doubles nothing") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    {
        kafka::client_settings nobody;
        nobody.brokers = "127.0.0.1:1";
        auto plan = under.stripe.plan_for(under.db, under.log.name(), nobody);
        plan.deadline = 500ms;
        const running_api without_log{std::move(plan)};
        const auto reply = make(without_log, "org_1");
        CHECK(reply.status == 503);
        CHECK(member_of(reply, "code") == "log_unavailable");
        CHECK(under.stripe.api.customers().size() == 1);
    }
    const running_api api{under.plan()};
    const auto reply = make(api, "org_1");
    CHECK(reply.status == 200);
    CHECK(member_of(reply, "customer") == "cus_sold0001");
    CHECK(member_of(reply, "after") == "0:0");
    CHECK(under.stripe.api.customers().size() == 1);
}

TEST_CASE("customer: after one that was deleted there is another") {
    selling_ground under;
    if (!under.usable()) {
        return;
    }
    const running_api api{under.plan()};
    CHECK(member_of(make(api, "org_1"), "customer") == "cus_sold0001");
    under.stripe.api.delete_customer("cus_sold0001");
    under.db.rows(
        "INSERT INTO billing_1.customers (id, known, organization, deleted) VALUES "
        "('cus_sold0001', true, 'org_1', true)"
    );
    CHECK(member_of(make(api, "org_1"), "customer") == "cus_sold0002");
    CHECK(member_of(make(api, "org_1"), "customer") == "cus_sold0002");
    CHECK(under.stripe.api.customers().size() == 2);
    // One of a connected account is not ours to sell to.
    under.fold("org_2", "acct_1/cus_other");
    CHECK(member_of(make(api, "org_2"), "customer") == "cus_sold0003");
}

TEST_CASE("customer: who may not and what is wrong and never reaches Stripe") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const selling_stripe stripe;
    const running_api api{stripe.plan_for(db, "stripe.events", {})};
    struct row {
        const char* token;
        std::string body;
        int status;
        const char* code;
    };
    const row rows[] = {
        {"member org_1", "{}", 403, "admin_required"},
        {"staff org_1", "{}", 403, "impersonated_session"},
        {"admin org_2", "{}", 404, "not_found"},
        {"", "{}", 401, "unauthenticated"},
        {"admin org_1", "[]", 400, "malformed_body"},
        {"admin org_1", "{", 400, "malformed_body"},
        {"admin org_1", R"({"email":"a@b"})", 400, "malformed_body"},
        {"admin org_1", R"({"a":1,"a":2})", 400, "malformed_body"},
        {"admin org_1", "\xff", 400, "malformed_body"},
        {"admin org_1", std::string(2'000'000, ' '), 413, "body_too_large"},
    };
    for (const row& each : rows) {
        CAPTURE(each.token);
        CAPTURE(each.body.substr(0, 40));
        const auto reply = api.ask("POST", path_of("org_1"), each.token, each.body);
        CHECK(reply.status == each.status);
        CHECK(member_of(reply, "code") == each.code);
    }
    CHECK(api.ask("GET", path_of("org_1"), "admin org_1").status == 405);
    CHECK(stripe.api.executed() == 0);
}

TEST_CASE("customer: what Stripe refuses and a Stripe that is away") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    const selling_stripe declines{first_ones(write_fault::declined, 1'000)};
    auto wrong_key = declines.plan_for(db, "stripe.events", {});
    wrong_key.stripe.key = secret{"sk_test_of_somebody_else"};
    const running_api refused{std::move(wrong_key)};
    const auto no = make(refused, "org_1");
    CHECK(no.status == 502);
    CHECK(member_of(no, "code") == "stripe_refused");
    CHECK(member_of(no, "request_id") == "req_simulated");
    CHECK(no.body.find("\"retryable\":false") != no.body.npos);

    const running_api declined{declines.plan_for(db, "stripe.events", {})};
    const auto card = make(declined, "org_1");
    CHECK(card.status == 402);
    CHECK(member_of(card, "code") == "card_declined");

    auto away = declines.plan_for(db, "stripe.events", {});
    away.stripe.base = "http://127.0.0.1:1";
    running_api alone{std::move(away)};
    for (int call = 0; call < 8; ++call) {  // the last ones without asking: the circuit is open
        const auto reply = make(alone, "org_1");
        CHECK(reply.status == 503);
        CHECK(member_of(reply, "code") == "stripe_unavailable");
        CHECK_FALSE(reply.field("Retry-After").empty());
    }
    alone.stop();
    CHECK(alone.log_text().find("Stripe did not answer lately") != std::string::npos);
    CHECK(alone.log_text().find("sk_test") == std::string::npos);
}

}  // namespace billhook::testing
