#include "tools/recovery/healing.hpp"

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/stripe/event.hpp"
#include "schemas/stripe/subscription.hpp"
#include "worker/domain/snapshot.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

using stripe::customer_fact;
using stripe::invoice_fact;
using stripe::subscription_fact;

const instant noon = *from_rfc3339("2026-03-04T12:00:00Z");
const std::int64_t seconds = to_unix_seconds(noon);

// The facts that are held after these bodies were folded.
template <class Fact>
std::vector<Fact> with(std::vector<Fact> facts, const std::vector<std::string>& bodies) {
    for (const std::string& each : bodies) {
        const auto parsed = stripe::parse_event(each);
        REQUIRE(parsed.has_value());
        facts.push_back(std::get<Fact>(parsed->said));
    }
    return facts;
}

std::string invoice(std::string_view status, std::string_view rest = "") {
    return R"({"id":"in_1","object":"invoice","livemode":false,"customer":"cus_1","attempt_count":2,)"
           R"("status":")" +
           std::string(status) + "\"" + std::string(rest) + "}";
}

std::string transitions(std::string_view which, std::int64_t at) {
    return R"(,"status_transitions":{")" + std::string(which) + "\":" + std::to_string(at) + "}";
}

}  // namespace

TEST_CASE("healing: an open invoice is told as of the reading") {
    const auto text = json::read(invoice("open"));
    const auto made = healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), {});
    CHECK(made.settles);
    REQUIRE(made.bodies.size() == 1);
    const auto facts = with<invoice_fact>({}, made.bodies);
    CHECK(facts.front().created == noon);
    CHECK(facts.front().state.status == "open");
    CHECK(facts.front().says == stripe::evidence::none);
    // The same reading again is the same event.
    const auto again = healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), {});
    CHECK(again.bodies == made.bodies);
}

TEST_CASE("healing: what dates itself is told at its own instant") {
    const struct {
        const char* status;
        const char* member;
    } rows[] = {
        {"paid",          "paid_at"                },
        {"void",          "voided_at"              },
        {"uncollectible", "marked_uncollectible_at"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status);
        const auto text = json::read(invoice(row.status, transitions(row.member, seconds - 500)));
        const auto made =
            healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), {});
        CHECK(made.settles);
        const auto facts = with<invoice_fact>({}, made.bodies);
        REQUIRE(facts.size() == 1);
        CHECK(facts.front().created == noon - std::chrono::seconds{500});
        CHECK(facts.front().state.status == row.status);
    }
}

TEST_CASE("healing: an instant after the reading is the reading's") {
    const auto text = json::read(invoice("paid", transitions("paid_at", seconds + 500)));
    const auto made = healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), {});
    CHECK(with<invoice_fact>({}, made.bodies).front().created == noon);
}

TEST_CASE("healing: an untold failure is told of the invoice as it was then") {
    const instant finalized = noon - std::chrono::days{20};
    const auto text = json::read(
        invoice("uncollectible", transitions("marked_uncollectible_at", seconds - 86'400))
    );
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), finalized);
    CHECK(made.settles);
    const auto facts = with<invoice_fact>({}, made.bodies);
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].says == stripe::evidence::payment_failed);
    CHECK(facts[0].state.status == "open");
    const auto registers = registers_of(facts);
    CHECK(registers.first_failure == finalized);
    CHECK(registers.forgiven_at == noon - std::chrono::days{1});
}

TEST_CASE("healing: a cancellation is a deletion when it ended") {
    const auto text = json::read(
        R"({"id":"sub_1","object":"subscription","livemode":false,"customer":"cus_1",)"
        R"("status":"canceled","ended_at":)" +
        std::to_string(seconds - 1000) + "}"
    );
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const subscription_fact>(), {});
    CHECK(made.settles);
    const auto facts = with<subscription_fact>({}, made.bodies);
    REQUIRE(facts.size() == 1);
    CHECK(facts.front().within_second == stripe::place::last);
    CHECK(facts.front().created == noon - std::chrono::seconds{1000});
}

TEST_CASE("healing: a reading tells why it is paused") {
    CHECK(stripe::tells_why_paused(stripe::asked_api_version));
    const auto text = json::read(
        R"({"id":"sub_1","object":"subscription","livemode":false,"customer":"cus_1",)"
        R"("status":"paused","status_details":{"paused":{"subscription":{"type":"pause_requested"}}}})"
    );
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const subscription_fact>(), {});
    const auto facts = with<subscription_fact>({}, made.bodies);
    REQUIRE(facts.size() == 1);
    CHECK(facts.front().state.paused_for == stripe::pause_type("pause_requested"));
    CHECK(facts.front().api_version == stripe::asked_api_version);
}

TEST_CASE("healing: untold turns of a subscription are told at their instants") {
    const auto text =
        json::read(R"({"id":"sub_1","object":"subscription","livemode":false,"customer":"cus_1",)"
                   R"("status":"past_due","latest_invoice":"in_3"})");
    const instant paid = noon - std::chrono::days{20};
    const instant failed = noon - std::chrono::days{2};
    const std::vector<untold_turn> turns{
        {paid,   invoice_id("in_2"), turned::active,   true },
        {failed, invoice_id("in_3"), turned::past_due, false}
    };
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const subscription_fact>(), turns);
    CHECK(made.settles);
    // The last of them says what Stripe shows: it need not be told as of the reading, too.
    const auto facts = with<subscription_fact>({}, made.bodies);
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].created == paid);
    CHECK(facts[0].state.status == "active");
    CHECK(facts[0].state.latest_invoice == invoice_id("in_2"));
    CHECK(facts[0].says == stripe::evidence::assumed);
    CHECK(facts[1].created == failed);
    CHECK(facts[1].state.status == "past_due");
    CHECK(facts[1].state.latest_invoice == invoice_id("in_3"));
    CHECK(facts[1].says == stripe::evidence::none);
}

TEST_CASE("healing: an ambiguous second is settled by a later reading") {
    std::vector<subscription_fact> held(2);
    held[0].id = held[1].id = subscription_id("sub_1");
    held[0].event = event_id("evt_a");
    held[1].event = event_id("evt_b");
    held[0].created = held[1].created = noon - std::chrono::hours{1};
    held[0].state.status = "past_due";
    held[1].state.status = "active";
    REQUIRE(pick(std::span<const subscription_fact>(held)).ambiguous);
    const auto text =
        json::read(R"({"id":"sub_1","object":"subscription","livemode":false,"status":"active"})");
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const subscription_fact>(held), {});
    CHECK(made.settles);
    const auto now = with<subscription_fact>(held, made.bodies);
    const auto chosen = pick(std::span<const subscription_fact>(now));
    CHECK_FALSE(chosen.ambiguous);
    CHECK(chosen.fact->state.status == "active");
}

TEST_CASE("healing: an end that Stripe does not show cannot be undone") {
    std::vector<invoice_fact> held(1);
    held[0].id = invoice_id("in_1");
    held[0].event = event_id("evt_a");
    held[0].created = noon - std::chrono::hours{1};
    held[0].state.status = "void";
    const auto text = json::read(invoice("open"));
    const auto made =
        healing_of({text->root(), noon, false}, std::span<const invoice_fact>(held), {});
    CHECK_FALSE(made.settles);
    CHECK(made.bodies.empty());  // each pass would say it again
}

TEST_CASE("healing: a deleted customer keeps what we know of it") {
    std::vector<customer_fact> held(1);
    held[0].id = customer_id("cus_1");
    held[0].event = event_id("evt_a");
    held[0].created = noon - std::chrono::hours{1};
    held[0].state.created = noon - std::chrono::days{90};
    held[0].state.organization = organization_id("org_1");
    const auto text = json::read(R"({"id":"cus_1","object":"customer","deleted":true})");
    const auto made = healing_of({text->root(), noon, true}, std::span<const customer_fact>(held));
    CHECK(made.settles);
    REQUIRE(made.bodies.size() == 1);
    const auto facts = with<customer_fact>({}, made.bodies);
    CHECK(facts.front().within_second == stripe::place::last);
    CHECK(facts.front().state == held[0].state);
    CHECK(stripe::parse_event(made.bodies.front())->livemode == true);
}

TEST_CASE("healing: a deleted customer gets its organization back from what came late") {
    const auto text = json::read(R"({"id":"cus_1","object":"customer","deleted":true})");
    const shown deleted{text->root(), noon, true};
    const auto bare = healing_of(deleted, std::span<const customer_fact>());
    auto held = with<customer_fact>({}, bare.bodies);
    REQUIRE(held.size() == 1);
    CHECK_FALSE(forgets_organization(held));
    customer_fact late = held.front();
    late.event = event_id("evt_a");
    late.within_second = stripe::place::first;
    late.created = noon - std::chrono::hours{1};
    late.state.organization = organization_id("org_1");
    held.push_back(late);
    CHECK(forgets_organization(held));
    const auto made = healing_of({text->root(), noon + std::chrono::hours{1}, true}, held);
    REQUIRE(made.bodies.size() == 1);
    held = with<customer_fact>(held, made.bodies);
    CHECK_FALSE(forgets_organization(held));
    CHECK(
        pick(std::span<const customer_fact>(held)).fact->state.organization ==
        late.state.organization
    );
}

TEST_CASE("healing: what cannot be read is not told") {
    const auto text = json::read(R"({"id":"in_1","object":"customer","status":"open"})");
    const auto made = healing_of({text->root(), noon, false}, std::span<const invoice_fact>(), {});
    CHECK(made.bodies.empty());
    CHECK_FALSE(made.settles);
}

}  // namespace billhook
