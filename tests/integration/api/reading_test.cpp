#include "ingest/api/service/page_folder.hpp"
#include "tests/builders/kafka/topic.hpp"
#include "tests/builders/life.hpp"
#include "tests/integration/api/selling_stripe.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fmt/format.h>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

// The reading calls through the real process: HTTP, the pool, Postgres under the role that it has.
namespace billhook::testing {
namespace {

constexpr const char* topic = "stripe.events";

void fill(builders::database& db) {
    db.migrate();
    db.rows(R"(
        INSERT INTO billhook.offsets (projection, topic, partition, next_offset, complete_to)
        VALUES ('billing_1', 'stripe.events', 3, 42, '2026-03-01Z');
        INSERT INTO billing_1.standings (organization, plan, subscription_status, access, reason,
                features, customer, subscription, as_of, quantity, renews_at, in_dunning) VALUES
            ('org_1', 'enterprise', 'active', 'full', 'paid',
             '{"patients_max": 50, "treatment_notes": true, "prioritized_max": null}', 'cus_1', 'sub_1',
             '2026-02-01Z', 7, '2026-04-01T05:06:07Z', false),
            ('org_late', 'basic', 'past_due', 'full', 'grace', '{}', 'cus_2', 'sub_2', '2026-02-01Z',
             NULL, NULL, true);
        INSERT INTO public.organizations (id) VALUES ('org_new');
        INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun,
                status, customer, items, cancel_at_period_end, organization, trial_end) VALUES
            ('sub_1', 'evt_1', '2026-01-03Z', false, false, true, 'active', 'cus_1', '[]', false,
             'org_1', '2026-01-15Z');
    )");
}

}  // namespace

TEST_CASE("api: a standing is read and once more only if it has changed") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    const running_api api{api_plan_for(db, topic)};
    const auto first = api.get("/v1/organizations/org_1/standing", "member org_1");
    CAPTURE(first.body);
    REQUIRE(first.status == 200);
    CHECK(says(first, R"("plan":"enterprise","access":"full","reason":"paid")"));
    CHECK(says(first, R"("renews_at":"2026-04-01T05:06:07Z")"));
    CHECK(says(first, R"("features":{"treatment_notes":true})"));
    CHECK(says(first, R"("limits":{"patients_max":50,"prioritized_max":null})"));
    CHECK(first.field("Cache-Control") == "private, no-cache");
    const auto tag = first.field("ETag");
    REQUIRE_FALSE(tag.empty());
    const auto ask_again = [&] {
        return api.ask(
            "GET",
            "/v1/organizations/org_1/standing",
            "member org_1",
            "",
            "If-None-Match: " + tag + "\r\n"
        );
    };
    CHECK(ask_again().status == 304);
    CHECK(ask_again().field("ETag") == tag);
    db.rows("UPDATE billing_1.standings SET as_of = as_of + interval '1 day'");
    CHECK(ask_again().status == 304);
    db.rows("UPDATE billing_1.standings SET access = 'restricted'");
    CHECK(ask_again().status == 200);
}

TEST_CASE("api: who nobody wrote of and who may see what") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    const running_api api{api_plan_for(db, topic)};
    const std::string late = "/v1/organizations/org_late/standing";
    struct row {
        std::string target;
        const char* token;
        int status;
        const char* says;  // somewhere in the body
    };
    const row rows[] = {
        {late,                                              "admin org_late",  200, R"("path":"/v1/organizations/org_late/invoices/open")"},
        {late,                                              "member org_late", 200, R"({"type":"ask_administrator"})"                     },
        {late,                                              "staff org_late",  200, R"("reason":"grace")"                                 },
        {late,                                              "service x",       200, R"("reason":"grace")"                                 },
        {late,                                              "admin org_1",     404, R"("code":"not_found")"                               },
        {late,                                              "",                401, R"("code":"unauthenticated")"                         },
 // Of the application alone; and of nobody, though its token is good.
        {"/v1/organizations/org_new/standing",
         "member org_new",                                                     200,
         R"("access":"full","reason":"unknown")"                                                                                          },
        {"/v1/organizations/org_never/standing",
         "member org_never",                                                   200,
         R"("access":"full","reason":"unknown")"                                                                                          },
        {"/v1/organizations/org_never/standing",            "service x",       404, R"("code":"not_found")"                               },
        {"/v1/organizations/org_1/can/treatment_notes",
         "member org_1",                                                       200,
         R"("type":"switch","allowed":true)"                                                                                              },
        {"/v1/organizations/org_1/can/patients_max",
         "member org_1",                                                       200,
         R"("allowed":true,"limit":50)"                                                                                                   },
        {"/v1/organizations/org_never/can/treatment_notes",
         "member org_never",                                                   200,
         R"("allowed":true)"                                                                                                              },
        {"/v1/organizations/org_1/can/no_such",             "member org_1",    404, R"("code":"unknown_feature")"                         },
        {"/v1/plans",                                       "member org_1",    200, R"("trial_available":false)"                          },
        {"/v1/plans",                                       "member org_new",  200, R"("trial_available":true)"                           },
        {"/v1/plans",                                       "service x",       200, R"("change":"subscribe")"                             },
        {"/v1/plans",                                       "",                401, R"("code":"unauthenticated")"                         },
        {"/v1/organizations/org_1/standing?x=1",            "member org_1",    400, R"("code":"bad_parameter")"                           },
        {"/v1/nothing",                                     "member org_1",    404, R"("code":"not_found")"                               },
    };
    for (const row& each : rows) {
        CAPTURE(each.target);
        CAPTURE(each.token);
        const auto reply = api.get(each.target, each.token);
        CAPTURE(reply.body);
        CHECK(reply.status == each.status);
        CHECK(says(reply, each.says));
    }
    const auto plans = api.get("/v1/plans", "member org_1");
    CHECK(says(plans, R"("plan":"enterprise","name":"Enterprise","current":true)"));
    CHECK(api.ask("POST", late, "admin org_late", "{}").status == 405);
    CHECK(api.ask("POST", late, "admin org_late", "{}").field("Allow") == "GET");
}

TEST_CASE("api: a standing waits for what was written and not for ever") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    const running_api api{api_plan_for(db, topic)};
    const std::string path = "/v1/organizations/org_1/standing?after=";
    CHECK(api.get(path + "3:41", "member org_1").status == 200);
    for (const char* const place : {"3:42", "2:0"}) {
        CAPTURE(place);
        const auto behind = api.get(path + place, "member org_1");
        CHECK(behind.status == 503);
        CHECK(member_of(behind, "code") == "standing_behind");
        CHECK(says(behind, "\"retryable\":true"));
        CHECK_FALSE(behind.field("Retry-After").empty());
    }
    CHECK(member_of(api.get(path + "3", "member org_1"), "code") == "bad_parameter");
    // It is folded while the call waits.
    auto patient = api_plan_for(db, topic);
    patient.after_deadline = std::chrono::seconds{30};
    const running_api waits{std::move(patient)};
    std::thread folding{
        [&] { db.rows("UPDATE billhook.offsets SET next_offset = 43 WHERE partition = 3"); }};
    CHECK(waits.get(path + "3:42", "member org_1").status == 200);
    folding.join();
}

TEST_CASE("api: without Postgres calls are told so and again served when it is back") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    running_api api{api_plan_for(db, topic)};
    const std::string path = "/v1/organizations/org_1/standing";
    CHECK(api.get(path, "member org_1").status == 200);
    CHECK(api.becomes(200));
    db.rows("ALTER ROLE billhook_api NOLOGIN");
    db.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
        "'billhook_api' AND datname = current_database()"
    );
    const auto away = api.get(path, "member org_1");
    CHECK(away.status == 503);
    CHECK(member_of(away, "code") == "store_unavailable");
    CHECK(api.becomes(503));
    CHECK(api.admin("/healthz").status == 200);
    db.rows("ALTER ROLE billhook_api LOGIN");
    CHECK(api.get(path, "member org_1").status == 200);
    CHECK(api.becomes(200));
    const auto numbers = api.admin("/metrics").body;
    CHECK(numbers.find("billhook_api_store_up 1") != numbers.npos);
    CHECK(numbers.find("billhook_api_call_seconds_count{call=\"standing\"} 3") != numbers.npos);
    api.stop();
    const auto log = api.log_text();
    CHECK(log.find("Postgres does not answer") != log.npos);
    CHECK(log.find("Postgres answers again") != log.npos);
    CHECK(log.find("org_1") == log.npos);
}

TEST_CASE("api: of those who ask together each is told his own standing") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    db.rows(
        "INSERT INTO billing_1.standings (organization, plan, access, reason, as_of) SELECT 'org "
        "\"' "
        "|| n, 'basic', 'full', 'paid', '2026-02-01Z' FROM generate_series(0, 19) n"
    );
    auto plan = api_plan_for(db, topic);
    plan.blocking_threads = 2;
    const running_api api{std::move(plan)};
    constexpr int askers = 24;
    std::atomic<int> wrong{0};
    const auto ask_in_turn = [&](int first) {
        for (int at = first; at < first + 20; ++at) {
            const auto number = std::to_string(at % 20);
            const auto known =
                api.get("/v1/organizations/org%20%22" + number + "/standing", "service x");
            wrong += known.status != 200 ||
                     !says(known, R"({"organization_id":"org \")" + number + R"(","plan":"basic")");
            const auto unknown =
                api.get("/v1/organizations/org_none" + number + "/standing", "service x");
            wrong += unknown.status != 404;
            const auto unseen = api.get(
                "/v1/organizations/org_none" + number + "/standing", "member org_none" + number
            );
            wrong += !says(unseen, R"({"organization_id":"org_none)" + number + R"(","plan":null)");
        }
    };
    std::vector<std::thread> all;
    for (int asker = 0; asker < askers; ++asker) {
        all.emplace_back([&ask_in_turn, asker] { ask_in_turn(asker); });
    }
    for (auto& each : all) {
        each.join();
    }
    CHECK(wrong == 0);
}

TEST_CASE("api: however many standings are asked for together each is found by an index") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    db.rows(
        "INSERT INTO public.organizations (id) SELECT 'org_' || n FROM generate_series(1, 20000) "
        "n; INSERT INTO billing_1.standings (organization, as_of) SELECT 'org_' || n, now() FROM "
        "generate_series(2, 20000, 2) n; ANALYZE"
    );
    std::ostringstream said;
    log lines{"api", log_level::info, log_format::text, said};
    metrics numbers;
    const api::api_metrics counted{numbers};
    api::store_news news{counted, lines};
    // Of what ended sessions have read: they hand it in as they end.
    const auto read_by = [&](const std::string& what) {
        return std::stoll(db.ask(
            "SELECT sum(" + what +
            ") FROM pg_stat_user_tables WHERE relname IN ('organizations', 'standings')"
        ));
    };
    for (const int count : {1, 64, 1000}) {
        CAPTURE(count);
        std::vector<organization_id> asked;
        for (int number = 1; number <= count; ++number) {
            asked.emplace_back(fmt::format("org_{}", 20'000 / count * number));
        }
        asked.emplace_back("org_of_nobody");
        const auto by_index = read_by("idx_scan");
        const auto in_sequence = read_by("seq_tup_read");
        {
            api::standing_store state{db.as("billhook_api"), topic, news};
            const auto found = state.standings(asked);
            for (std::size_t at = 0; at + 1 < found.size(); ++at) {
                REQUIRE(found[at].has_value());
                CHECK(found[at]->organization == asked[at]);
            }
            CHECK_FALSE(found.back().has_value());
        }
        for (int tries = 0; tries < 1'000 && read_by("idx_scan") < by_index + count; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        CHECK(read_by("idx_scan") >= by_index + count);
        CHECK(read_by("seq_tup_read") == in_sequence);
    }
}

TEST_CASE("api: more calls than the pool takes are told so") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    fill(db);
    auto plan = api_plan_for(db, topic);
    plan.blocking_threads = 1;
    plan.waiting = 1;
    const running_api api{std::move(plan)};
    const std::string path = "/v1/organizations/org_1/standing";
    CHECK(api.get(path, "member org_1").status == 200);
    // Whoever reads the standing waits for this lock; the role's lock_timeout ends that.
    postgres::connection holder{db.as_owner()};
    pqxx::work locks{holder.raw()};
    locks.exec("LOCK TABLE billing_1.standings IN ACCESS EXCLUSIVE MODE");
    std::vector<std::thread> callers;
    std::vector<int> statuses(12);
    for (auto& status : statuses) {
        callers.emplace_back([&] { status = api.get(path, "member org_1").status; });
    }
    for (auto& each : callers) {
        each.join();
    }
    locks.abort();
    CHECK(std::all_of(statuses.begin(), statuses.end(), [](int each) { return each == 503; }));
    CHECK(api.get(path, "member org_1").status == 200);
}

TEST_CASE("api: plans with what they cost at Stripe") {
    builders::database db;
    const builders::topic log(1);
    if (!db.usable() || !log.usable()) {
        return;
    }
    fill(db);
    const auto ask = [&](const running_api& api) {
        const auto reply = api.get("/v1/plans", "member org_1");
        CHECK(reply.status == 200);
        return reply;
    };
    {
        const running_api alone{api_plan_for(db, topic)};  // no Stripe answers there
        CHECK(says(ask(alone), R"("prices":null)"));
    }
    const selling_stripe stripe;
    const running_api api{stripe.plan_for(db, log.name(), log.client())};
    const auto first = ask(api);
    CHECK(says(
        first,
        R"("prices":[{"interval":"month","currency":"usd","amount_minor":2900,"per_seat":true}])"
    ));
    CHECK(says(first, R"("amount_minor":19900)"));
    CHECK(ask(api).body == first.body);
}

TEST_CASE("api: the page is served beside the calls to whoever asks") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.migrate();
    auto plan = api_plan_for(db, topic);
    const running_api without{plan};
    CHECK(without.get("/page/", "").status == 404);
    auto texts = api::read_page_folder("deploy/page");
    REQUIRE(texts.has_value());
    plan.page.emplace(*std::move(texts), api::page_config{}, api::page_policy("").value_or(""));
    plan.cors_origins = {"https://app.example.com"};
    const running_api api{std::move(plan)};
    const auto page = api.get("/page/?redirect_status=succeeded", "");
    CHECK(page.status == 200);
    CHECK(page.field("Content-Type") == "text/html; charset=utf-8");
    CHECK(says(page, "<billhook-billing>"));
    CHECK(api.get("/page", "").field("Location") == "page/");
    CHECK(api.get("/page/secrets", "").status == 404);
    CHECK(api.ask("POST", "/page/", "").field("Allow") == "GET");
    const auto script =
        api.ask("GET", "/page/billhook.js", "", "", "Origin: https://app.example.com\r\n");
    CHECK(script.field("Access-Control-Allow-Origin") == "https://app.example.com");
    CHECK(api::read_page_folder("deploy").error().name == "index.html");
}

}  // namespace billhook::testing
