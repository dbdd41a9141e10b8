#include "worker/notifier/email.hpp"

#include "worker/notifier/templates.hpp"
#include "worker/notifier/text_template.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace billhook {
namespace {

constexpr notice_kind kinds[] = {
    notice_kind::payment_failed,
    notice_kind::action_required,
    notice_kind::reminder,
    notice_kind::final_warning,
    notice_kind::access_restricted,
    notice_kind::access_removed,
    notice_kind::recovered,
    notice_kind::canceled,
    notice_kind::trial_ending,
    notice_kind::grant_ending};

email_sender shop() {
    return {
        .address = "billing@shop.example",
        .name = "Shop",
        .reply_to = "",
        .product = "Shop & Co",
        .billing_url = "https://shop.example/billing"};
}

bool has(const secret& text, const std::string& part) {
    return text.reveal().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("email: every kind says something of its own in text and HTML") {
    std::set<std::string> subjects;
    for (const auto kind : kinds) {
        CAPTURE(to_word(kind));
        const email made = compose(sample_notice(kind), sample_recipient(), shop());
        subjects.insert(made.subject);
        CHECK(made.subject.find("Shop & Co") != std::string::npos);
        CHECK(has(made.text, "Hello Ada Lovelace,\n"));
        CHECK(has(made.html, "Hello Ada Lovelace,"));
        CHECK(has(made.html, "Shop &amp; Co"));
        for (const secret* each : {&made.text, &made.html}) {
            CHECK_FALSE(has(*each, "{{"));
            CHECK_FALSE(has(*each, "\n\n\n"));
            CHECK(has(*each, sample_notice(kind).id));
        }
        CHECK(made.message_id == sample_notice(kind).id + "@shop.example");
        CHECK(made.to.reveal() == "ada@customer.example");
    }
    CHECK(subjects.size() == std::size(kinds));
}

TEST_CASE("email: templates name nothing that is not there") {
    const std::set<std::string> known = {
        "name",
        "product",
        "plan",
        "total",
        "notice",
        "subject",
        "pay",
        "content",
        "invoices",
        "link",
        "amount",
        "payable",
        "trial_end",
        "grant_end",
        "billing_url",
        "grace_until",
        "still_full",
        "restricted_until",
        "still_restricted"};
    std::set<std::string> files = {"layout", "pay"};
    for (const auto kind : kinds) {
        files.insert(std::string(to_word(kind)));
    }
    for (const auto& file : files) {
        for (const char* const extension : {".txt", ".html"}) {
            const auto text = templates::file(file + extension);
            CAPTURE(file + extension);
            REQUIRE_FALSE(text.empty());
            for (const auto& name : names_in(text)) {
                CAPTURE(name);
                CHECK(known.contains(name));
            }
        }
    }
    CHECK(templates::file("other.txt").empty());
}

TEST_CASE("email: amounts and dates and links of a failed payment") {
    auto to = sample_recipient();
    const auto about = sample_notice(notice_kind::payment_failed);
    const email one = compose(about, to, shop());
    CHECK(has(one.text, "of 49.00 EUR"));
    CHECK(has(one.text, "Pay 49.00 EUR here:\nhttps://invoice.stripe.com/i/example\n"));
    CHECK(has(one.html, "full access until Tuesday, 8 December 2026 at 14:05 UTC."));
    CHECK_FALSE(has(one.text, "shop.example/billing"));

    to.invoices.push_back({
        money{100, "eur"},
        secret("https://invoice.stripe.com/i/second")
    });
    const email two = compose(about, to, shop());
    CHECK(has(two.text, "of 50.00 EUR"));
    CHECK(has(two.html, "href=\"https://invoice.stripe.com/i/second\""));

    to.invoices.push_back({
        money{100, "jpy"},
        secret()
    });
    CHECK_FALSE(has(compose(about, to, shop()).text, "50.00 EUR"));
}

TEST_CASE("email: without invoices the application's page is named") {
    auto to = sample_recipient();
    to.invoices.clear();
    const email made = compose(sample_notice(notice_kind::access_removed), to, shop());
    CHECK(has(made.text, "https://shop.example/billing"));
    CHECK(has(made.html, "href=\"https://shop.example/billing\""));
    auto from = shop();
    from.billing_url = "";
    const email bare = compose(sample_notice(notice_kind::access_removed), to, from);
    CHECK_FALSE(has(bare.html, "href"));
}

TEST_CASE("email: a reminder says what is left") {
    auto about = sample_notice(notice_kind::reminder);
    CHECK(has(compose(about, sample_recipient(), shop()).text, "You keep full access until"));
    about.step = "14d";
    const email later = compose(about, sample_recipient(), shop());
    CHECK(has(later.text, "Your access is restricted meanwhile"));
    CHECK_FALSE(has(later.text, "You keep full access"));
}

TEST_CASE("email: what somebody typed does no harm") {
    const struct {
        const char* name;
        std::string typed;
        bool greeted;
    } rows[] = {
        {"markup is escaped", "Ada \"&\" Co", true},
        {"a link is not repeated", "Win now https://evil.test", false},
        {"nor one without a scheme", "www.evil.test", false},
        {"nor an address", "a@evil.test", false},
        {"nor tags", "<script>alert(1)</script>", false},
        {"nor an advertisement", std::string(81, 'x'), false},
        {"a line end becomes a blank", "Ada\r\nLovelace", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto to = sample_recipient();
        to.name = secret(row.typed);
        const email made = compose(sample_notice(notice_kind::recovered), to, shop());
        CHECK(made.text.reveal().starts_with("Hello,\n") == !row.greeted);
        CHECK_FALSE(has(made.html, "evil"));
        CHECK_FALSE(has(made.html, "<script"));
        CHECK_FALSE(has(made.html, "\"&\""));
    }
    auto to = sample_recipient();
    for (const char* const link :
         {"javascript:alert(1)",
          "http://invoice.stripe.com/i",
          "https://x\" onclick=\"",
          "https://x y"}) {
        CAPTURE(link);
        to.invoices.front().link = secret(link);
        const email made = compose(sample_notice(notice_kind::payment_failed), to, shop());
        CHECK_FALSE(has(made.html, link));
        CHECK_FALSE(has(made.text, link));
    }
}

TEST_CASE("email: addresses") {
    const struct {
        std::string text;
        bool fits;
    } rows[] = {
        {"ada@customer.example", true},
        {"a.b+c_d@sub.customer.example", true},
        {"o'neil@x.example", true},
        {"", false},
        {"ada", false},
        {"@customer.example", false},
        {"ada@", false},
        {"ada@customer.example\r\nRCPT TO:<b@c>", false},
        {"ada@customer.example>", false},
        {"<ada@customer.example>", false},
        {"ada lovelace@customer.example", false},
        {"\"ada lovelace\"@customer.example", false},
        {"a@b@customer.example", false},
        {"a@b,c@d.example", false},
        {".ada@customer.example", false},
        {"ada@-customer.example", false},
        {"ada@customer..example", false},
        {"\xC3\xA4"
         "da@customer.example", false},
        {std::string(65, 'a') + "@b.example", false},
        {"a@" + std::string(260, 'b'), false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(is_email_address(row.text) == row.fits);
    }
}

TEST_CASE("email: a time in plain words") {
    CHECK(
        in_plain_words(from_unix_seconds(1'795'529'100)) == "Tuesday, 24 November 2026 at 14:05 UTC"
    );
    CHECK(in_plain_words(from_unix_seconds(0)) == "Thursday, 1 January 1970 at 00:00 UTC");
}

}  // namespace billhook
