#include "tools/commands/notices_preview.hpp"

#include "schemas/types/words.hpp"
#include "worker/notifier/text_template.hpp"

#include <fmt/format.h>

namespace billhook {
namespace {

constexpr std::string_view page_begin = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Billhook: the e-mails</title>
<style>
body { font-family: system-ui, sans-serif; margin: 24px; color: #1f2430; }
section { margin-bottom: 40px; }
h2 { margin-bottom: 4px; }
.subject { color: #6b7280; margin: 0 0 12px 0; }
.both { display: flex; gap: 20px; flex-wrap: wrap; align-items: flex-start; }
iframe { width: 620px; height: 560px; border: 1px solid #d0d5dd; }
pre { background: #f4f5f7; padding: 16px; width: 620px; overflow: auto; margin: 0; }
</style>
</head>
<body>
<h1>The e-mails</h1>
)";

email sample(notice_kind kind, const email_sender& sender) {
    return compose(sample_notice(kind), sample_recipient(), sender);
}

}  // namespace

std::vector<notice_kind> preview_kinds(std::string_view name) {
    if (const auto one = from_word<notice_kind>(name)) {
        return {*one};
    }
    if (!name.empty()) {
        return {};
    }
    return every<notice_kind>();
}

email_sender preview_sender(const settings& told) {
    const auto or_else = [](const std::string& text, const char* standard) {
        return text.empty() ? std::string(standard) : text;
    };
    return {
        .address = or_else(told.smtp.from, "billing@example.com"),
        .name = told.smtp.from_name,
        .reply_to = told.smtp.reply_to,
        .product = or_else(told.notifier.product, "Example"),
        .billing_url = told.notifier.billing_url};
}

std::string preview_text(std::span<const notice_kind> kinds, const email_sender& sender) {
    std::string out;
    for (const notice_kind kind : kinds) {
        const email one = sample(kind, sender);
        out += fmt::format(
            "{}=== {} ===\nSubject: {}\n\n{}",
            out.empty() ? "" : "\n",
            to_word(kind),
            one.subject,
            one.text.reveal()
        );
    }
    return out;
}

std::string preview_page(std::span<const notice_kind> kinds, const email_sender& sender) {
    std::string out{page_begin};
    for (const notice_kind kind : kinds) {
        const email one = sample(kind, sender);
        out += fmt::format(
            "<section>\n<h2>{}</h2>\n<p class=\"subject\">{}</p>\n<div class=\"both\">\n<iframe "
            "sandbox srcdoc=\"{}\"></iframe>\n<pre>{}</pre>\n</div>\n</section>\n",
            to_word(kind),
            escaped_html(one.subject),
            escaped_html(one.html.reveal()),
            escaped_html(one.text.reveal())
        );
    }
    return out + "</body>\n</html>\n";
}

}  // namespace billhook
