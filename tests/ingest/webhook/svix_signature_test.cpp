#include "ingest/webhook/svix_signature.hpp"

#include "ingest/webhook/intake.hpp"
#include "schemas/types/base64.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace billhook {
namespace {

using namespace std::chrono_literals;

// Svix's published vector (github.com/svix/svix-webhooks, the libraries' tests).
constexpr const char* secret_text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* timestamp = "1614265330";
constexpr const char* body = R"({"test": 2432232314})";
constexpr const char* signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
// The same, keyed with the secret's text as Stripe's would be.
constexpr const char* by_the_text = "v1,TcxlhK9b6UD6iVI1ZU2tTqp8PEVfYRseNNfa6b+LcUg=";
const instant then = from_unix_seconds(1614265330);

std::vector<endpoint_secret> keyed(const std::vector<std::string>& texts) {
    std::vector<endpoint_secret> all;
    for (const auto& text : texts) {
        all.push_back({fmt::format("s{}", all.size()), svix_key_of(secret{text}), std::nullopt});
    }
    return all;
}

std::string answer(const svix_fields& of, instant now = then, const std::string& what = body) {
    const auto secrets = keyed({"whsec_dGVzdF9jbGVya19zZWNyZXRfMDEyMzQ1Njc4OWFi", secret_text});
    const auto matched = verify_svix(of, what, secrets, 300s, now);
    return matched ? secrets[*matched].name : std::string(to_word(matched.error()));
}

TEST_CASE("svix signature: the published vectors are accepted and a changed byte is not") {
    CHECK(answer({id, timestamp, signature}) == "s1");
    CHECK(answer({id, timestamp, by_the_text}) == "no_match");
    CHECK(answer({id, timestamp, signature}, then, R"({"test": 2432232315})") == "no_match");
    CHECK(answer({"msg_p5jXN8AQM9LWM0D4loKWxJel", timestamp, signature}) == "no_match");
    CHECK(answer({id, "1614265331", signature}) == "no_match");
    const std::string of_clerk =
        R"({"data":{"id":"org_123","object":"organization","name":"Acme","slug":"acme",)"
        R"("created_at":1654013202977,"updated_at":1654013202977},"object":"event",)"
        R"("type":"organization.created","timestamp":1654013202977,"instance_id":"ins_123"})";
    const auto matched = verify_svix(
        {"msg_clerk_1", "1700000000", "v1,VVwx+vY8LwOsHqHf2NMuJ8TplKcKcWcTRnfGeRRzanM="},
        of_clerk,
        keyed({"dGVzdF9jbGVya19zZWNyZXRfMDEyMzQ1Njc4OWFi"}),  // without the prefix
        300s,
        from_unix_seconds(1700000000)
    );
    CHECK(matched.has_value());
}

TEST_CASE("svix signature: the strict grammar") {
    const std::string good = signature;
    std::string many = good;
    for (int i = 0; i < 15; ++i) {
        many += " v1," + to_base64(std::string(32, 'x'));
    }
    struct row {
        const char* name;
        std::string id;
        std::string timestamp;
        std::string signature;
        const char* answer;
    };
    // clang-format off
    const row rows[] = {
        {"several", id, timestamp, by_the_text + (" " + good), "s1"},
        {"other versions", id, timestamp, "v1a,abc v2,x " + good, "s1"},
        {"sixteen", id, timestamp, many, "s1"},
        {"seventeen", id, timestamp, many + " " + good, "malformed"},
        {"no v1", id, timestamp, "v1a,abc", "malformed"},
        {"none", id, timestamp, "", "malformed"},
        {"no version", id, timestamp, good.substr(3), "malformed"},
        {"half of one", id, timestamp, good.substr(0, 20), "malformed"},
        {"an empty one", id, timestamp, "v1,", "malformed"},
        {"without padding", id, timestamp, good.substr(0, good.size() - 1), "malformed"},
        {"two blanks", id, timestamp, good + "  " + good, "malformed"},
        {"a blank after", id, timestamp, good + " ", "malformed"},
        {"commas between", id, timestamp, good + "," + good, "malformed"},
        {"in hexadecimal", id, timestamp, "v1," + std::string(64, 'a'), "malformed"},
        {"4 KiB and more", id, timestamp, good + " v2," + std::string(4096, 'x'), "malformed"},
        {"no id", "", timestamp, good, "malformed"},
        {"an id with a dot", "msg.1", timestamp, good, "malformed"},
        {"an id with a blank", "msg 1", timestamp, good, "malformed"},
        {"an id too long", std::string(256, 'm'), timestamp, good, "malformed"},
        {"no time", id, "", good, "malformed"},
        {"a time of zero", id, "0", good, "malformed"},
        {"a time with a sign", id, "+1614265330", good, "malformed"},
        {"a time in milliseconds", id, "1614265330000", good, "malformed"},
        {"a time with a fraction", id, "1614265330.5", good, "malformed"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer({row.id, row.timestamp, row.signature}) == row.answer);
    }
}

TEST_CASE("svix signature: it holds for five minutes both ways") {
    CHECK(answer({id, timestamp, signature}, then + 300s) == "s1");
    CHECK(answer({id, timestamp, signature}, then - 300s) == "s1");
    CHECK(answer({id, timestamp, signature}, then + 301s) == "outside_tolerance");
    CHECK(answer({id, timestamp, signature}, then - 301s) == "outside_tolerance");
}

TEST_CASE("svix signature: a secret past its time signs nothing") {
    std::vector<endpoint_secret> secrets;
    secrets.push_back({"old", svix_key_of(secret{secret_text}), then - 1s});
    CHECK_FALSE(verify_svix({id, timestamp, signature}, body, secrets, 300s, then).has_value());
    secrets.push_back({"new", svix_key_of(secret{secret_text}), then});
    const auto matched = verify_svix({id, timestamp, signature}, body, secrets, 300s, then);
    REQUIRE(matched.has_value());
    CHECK(*matched == 1);
}

using field = std::pair<std::string, std::string>;

std::string decided(const std::vector<field>& fields, record* accepted = nullptr) {
    endpoint at;
    at.name = "clerk";
    at.path = "/clerk";
    at.kind = endpoint_kind::clerk;
    at.mode = endpoint_mode::live;
    at.secrets = keyed({secret_text});
    http::request made;
    made.head.method = "POST";
    made.head.target = "/clerk";
    for (const auto& [name, value] : fields) {
        made.head.fields.add(name, value);
    }
    made.body = body;
    const auto refused = refuses_head(made.head, at, then);
    auto found = decide(std::move(made), at, then);
    if (!found) {
        CHECK((refused == found.error()));  // without the body
        return std::string(to_word(found.error()));
    }
    CHECK_FALSE(refused.has_value());
    if (accepted != nullptr) {
        *accepted = std::move(found->to_append);
    }
    return "accepted";
}

std::vector<field> fields_named(const std::string& prefix) {
    return {
        {prefix + "id",        id       },
        {prefix + "timestamp", timestamp},
        {prefix + "signature", signature}
    };
}

TEST_CASE("intake: what Clerk signed becomes a record of its own source") {
    for (const std::string prefix : {"svix-", "Webhook-"}) {
        CAPTURE(prefix);
        record accepted;
        REQUIRE(decided(fields_named(prefix), &accepted) == "accepted");
        CHECK(accepted.source == record_source_kind::clerk);
        CHECK(accepted.body == body);
        CHECK(accepted.event_id == id);
        CHECK(accepted.key == id);  // the body is about nothing
        CHECK_FALSE(accepted.event_type);
        CHECK_FALSE(accepted.stripe_signature);
        CHECK(accepted.endpoint == "clerk");
        CHECK(accepted.mode == endpoint_mode::live);
        CHECK(accepted.secret == "s0");
        CHECK(accepted.received_at == then);
    }
}

TEST_CASE("intake: a field of Clerk's that is missing or twice is no signature") {
    const auto good = fields_named("svix-");
    for (std::size_t i = 0; i < good.size(); ++i) {
        CAPTURE(good[i].first);
        auto less = good;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(decided(less) == "missing");
        auto more = good;
        more.push_back(good[i]);
        CHECK(decided(more) == "missing");
    }
    auto mixed = fields_named("webhook-");
    mixed[0].first = "svix-id";
    CHECK(decided(mixed) == "missing");
    auto late = good;
    late[1].second = "1614265000";
    CHECK(decided(late) == "outside_tolerance");
    late[1].second = "now";
    CHECK(decided(late) == "malformed");
    CHECK(
        decided({
            {"Stripe-Signature", "t=1614265330,v1=" + std::string(64, 'a')}
    }) == "missing"
    );
}

}  // namespace
}  // namespace billhook
