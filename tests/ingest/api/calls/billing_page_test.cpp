#include "ingest/api/calls/billing_page.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

namespace billhook::api {
namespace {

const std::string stand_in = "http://127.0.0.1:12111/_stripe/stripe.js";

std::vector<std::string> texts() {
    std::vector<std::string> found;
    for (const page_file& each : page_files()) {
        found.push_back("text of " + std::string(each.name));
    }
    return found;
}

billing_page page_with(const page_config& config) {
    return {texts(), config, page_policy(config.stripe_js).value_or("")};
}

http::request_head asks(const std::string& target, const std::string& if_none_match = "") {
    http::request_head head;
    head.method = "GET";
    head.target = target;
    if (!if_none_match.empty()) {
        head.fields.add("If-None-Match", if_none_match);
    }
    return head;
}

std::string field_of(const http::response& reply, std::string_view wanted) {
    for (const auto& [name, value] : reply.more) {
        if (name == wanted) {
            return value;
        }
    }
    return "";
}

std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("page: which targets are its own") {
    for (const char* const target : {"/page", "/page?x=1", "/page/", "/page/a/b", "/page/?x=1"}) {
        CAPTURE(target);
        CHECK(is_of_the_page(target));
    }
    for (const char* const target : {"/", "/pages", "/page.js", "/v1/plans", "/v1/page/"}) {
        CAPTURE(target);
        CHECK_FALSE(is_of_the_page(target));
    }
}

TEST_CASE("page: a name is answered with its file and nothing else with any") {
    const auto page = page_with({});
    struct row {
        const char* target;
        int status;
        const char* content_type;
        const char* body;
    };
    const row rows[] = {
        {"/page/",                   200, "text/html; charset=utf-8",       "text of index.html"  },
        {"/page/?payment_intent=pi", 200, "text/html; charset=utf-8",       "text of index.html"  },
        {"/page/billhook.css",       200, "text/css; charset=utf-8",        "text of billhook.css"},
        {"/page/client.js",          200, "text/javascript; charset=utf-8", "text of client.js"   },
        {"/page/config.json",        200, "application/json",               "{}"                  },
        {"/page",                    308, "application/json",               ""                    },
    };
    for (const row& each : rows) {
        CAPTURE(each.target);
        const auto reply = page.answer(asks(each.target));
        CHECK(reply.status == each.status);
        CHECK(reply.content_type == each.content_type);
        CHECK(reply.body == each.body);
        CHECK(field_of(reply, "Content-Security-Policy") == page_policy(""));
        CHECK(field_of(reply, "X-Content-Type-Options") == "nosniff");
        CHECK(field_of(reply, "Referrer-Policy") == "no-referrer");
    }
    CHECK(field_of(page.answer(asks("/page")), "Location") == "page/");
    for (const char* const target :
         {"/page/README.md",
          "/page/../main.cpp",
          "/page/%2e%2e/x",
          "/page//",
          "/page/client.js/"}) {
        CAPTURE(target);
        CHECK(page.answer(asks(target)).status == 404);
    }
}

TEST_CASE("page: a file that the browser has is not sent again") {
    const auto page = page_with({});
    const auto tag = field_of(page.answer(asks("/page/views.js")), "ETag");
    const auto again = page.answer(asks("/page/views.js", tag));
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(field_of(again, "ETag") == tag);
    CHECK(page.answer(asks("/page/dom.js", tag)).status == 200);
}

TEST_CASE("page: what it is told and where its script may come from") {
    const auto page = page_with({"pk_test_1", stand_in});
    CHECK(
        page.answer(asks("/page/config.json")).body ==
        R"({"publishable_key":"pk_test_1","stripe_js":")" + stand_in + "\"}"
    );
    const auto policy = page_policy(stand_in).value_or("");
    CHECK(policy.find("https://*.js.stripe.com http://127.0.0.1:12111;") != policy.npos);
    CHECK(policy.find("https://api.stripe.com http://127.0.0.1:12111;") != policy.npos);
    CHECK(page_policy("").value_or("").find("127.0.0.1") == std::string::npos);
    for (const char* const wrong :
         {"/stripe.js",
          "http://127.0.0.1:1",
          "ftp://a/b",
          "http://a b/c",
          "http://a/b;x",
          "'self'"}) {
        CAPTURE(wrong);
        CHECK_FALSE(page_policy(wrong));
    }
    CHECK(is_publishable_key("pk_live_1", true));
    CHECK(is_publishable_key("pk_test_1", false));
    CHECK_FALSE(is_publishable_key("pk_test_1", true));
    CHECK_FALSE(is_publishable_key("sk_test_1", false));
}

TEST_CASE("page: the folder has what is served and names nothing that is not") {
    const std::filesystem::path folder = "deploy/page";
    std::set<std::string> there;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        if (const auto kind = each.path().extension();
            kind == ".js" || kind == ".css" || kind == ".html") {
            there.insert(each.path().filename());
        }
    }
    std::set<std::string> served;
    for (const page_file& each : page_files()) {
        served.emplace(each.name);
    }
    CHECK(served == there);
    const std::regex named(R"re((?:(?:from|import) ['"]\./|(?:src|href)=")([\w.]+)['"])re");
    for (const std::string& name : there) {
        const auto text = file_text(folder / name);
        for (std::sregex_iterator at(text.begin(), text.end(), named), end; at != end; ++at) {
            CAPTURE(name);
            CHECK(served.count((*at)[1]) == 1);
        }
    }
}

TEST_CASE("page: its paper says the policy with which it is served") {
    std::istringstream words{file_text("deploy/page/README.md")};
    std::string paper;
    for (std::string word; words >> word;) {
        paper += word + ' ';
    }
    const auto policy = page_policy("").value_or("no policy");
    CHECK(paper.find("Content-Security-Policy: " + policy + ' ') != std::string::npos);
}

}  // namespace billhook::api
