#include "tools/commands/notices_preview.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace billhook {

TEST_CASE("preview: every kind there is") {
    const auto all = preview_kinds("");
    std::set<std::string_view> words;
    for (const auto kind : all) {
        words.insert(to_word(kind));
        CHECK(preview_kinds(to_word(kind)) == std::vector{kind});
    }
    CHECK(words.size() == static_cast<std::size_t>(notice_kind::grant_ending) + 1);
    CHECK(preview_kinds("other").empty());
}

TEST_CASE("preview: the page shows each as HTML and as text") {
    const auto sender = preview_sender({});
    const auto all = preview_kinds("");
    const std::string page = preview_page(all, sender);
    const std::string text = preview_text(all, sender);
    for (const auto kind : all) {
        CAPTURE(to_word(kind));
        CHECK(page.find("<h2>" + std::string(to_word(kind)) + "</h2>") != page.npos);
        CHECK(text.find("=== " + std::string(to_word(kind)) + " ===") != text.npos);
    }
    std::size_t frames = 0;
    for (auto at = page.find("srcdoc=\"&lt;!DOCTYPE"); at != page.npos;
         at = page.find("srcdoc=\"&lt;!DOCTYPE", at + 1)) {
        ++frames;
    }
    CHECK(frames == all.size());
}

TEST_CASE("preview: the sender is that of the settings") {
    settings told;
    told.smtp.from = "billing@shop.example";
    told.notifier.product = "Shop";
    const std::string text = preview_text(preview_kinds("recovered"), preview_sender(told));
    CHECK(text.find("Subject: Thank you: your payment for Shop has arrived") != text.npos);
}

}  // namespace billhook
