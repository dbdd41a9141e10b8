#include "worker/notifier/email.hpp"

#include "schemas/types/assert.hpp"
#include "worker/notifier/email_text.hpp"
#include "worker/notifier/templates.hpp"
#include "worker/notifier/text_template.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fmt/format.h>

namespace billhook {
namespace {

constexpr std::size_t longest_name = 80;
constexpr std::size_t text_columns = 76;

// An invoice's sum when all are in one currency.
std::string total_of(const email_recipient& to) {
    money sum;
    for (const auto& each : to.invoices) {
        const bool fits =
            each.amount && (sum.currency.empty() || sum.currency == each.amount->currency);
        if (!fits || __builtin_add_overflow(
                         sum.amount_minor, each.amount->amount_minor, &sum.amount_minor
                     )) {
            return {};
        }
        sum.currency = each.amount->currency;
    }
    return sum.currency.empty() ? std::string() : to_text(sum);
}

bool is_https(std::string_view link) {
    return link.starts_with("https://") && link.size() <= 2'048 &&
           std::ranges::all_of(link, [](char c) {
               return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
           });
}

// Whoever signs up with another's address chooses the name, too: one that could carry an
// advertisement or a link is not repeated.
std::string greetable(std::string_view name) {
    const std::string line = one_line(name);
    const bool fits = line.size() <= longest_name && line.find_first_of(":/@<>\\") == line.npos &&
                      line.find("www.") == line.npos;
    return fits ? line : std::string();
}

// A reminder's step, "3d", against the end of full access.
bool is_before_grace(const notice& about) {
    const auto step = duration_from(about.step);
    return about.case_anchor && about.grace_until && step &&
           *about.case_anchor + *step < *about.grace_until;
}

template_values values_for(
    const notice& about,
    const email_recipient& to,
    const email_sender& from
) {
    template_values all;
    auto& texts = all.texts;
    texts["name"] = greetable(to.name.reveal());
    texts["product"] = one_line(from.product);
    texts["billing_url"] = is_https(from.billing_url) ? from.billing_url : "";
    texts["plan"] = one_line(to.plan);
    texts["notice"] = one_line(about.id);
    texts["total"] = total_of(to);
    for (const auto& [name, at] : {
             std::pair{"grace_until",      about.grace_until     },
             std::pair{"restricted_until", about.restricted_until},
             std::pair{"trial_end",        about.trial_end       },
             std::pair{"grant_end",        about.grant_end       }
    }) {
        texts[name] = at ? in_plain_words(*at) : "";
    }
    const bool full = is_before_grace(about);
    texts["still_full"] = full ? "yes" : "";
    texts["still_restricted"] = !full && about.restricted_until ? "yes" : "";
    auto& invoices = all.lists["invoices"];
    for (const auto& each : to.invoices) {
        template_values one;
        const std::string& link = each.link.reveal();
        one.texts["link"] = is_https(link) ? link : "";
        one.texts["amount"] = each.amount ? to_text(*each.amount) : "";
        texts["payable"] = is_https(link) ? "yes" : texts["payable"];
        invoices.push_back(std::move(one));
    }
    return all;
}

std::string_view template_of(const std::string& name) {
    const auto text = templates::file(name);
    BILLHOOK_ASSERT(!text.empty());
    return text;
}

// The kind's own part within what all kinds have.
std::string laid_out(
    std::string_view kind_text,
    const char* extension,
    template_values& values,
    escaping how
) {
    const std::string kind = std::string(".") + extension;
    values.texts["pay"] = render(template_of("pay" + kind), values, how);
    values.texts["content"] = render(kind_text, values, how);
    return render(template_of("layout" + kind), values, how);
}

}  // namespace

email compose(const notice& about, const email_recipient& to, const email_sender& from) {
    const std::string kind{to_word(about.kind)};
    std::string_view text = template_of(kind + ".txt");
    constexpr std::string_view subject = "Subject: ";
    BILLHOOK_ASSERT(text.starts_with(subject));
    const auto end = text.find("\n\n");
    BILLHOOK_ASSERT(end != text.npos);

    auto values = values_for(about, to, from);
    email made;
    made.from = from;
    made.to = to.address;
    const auto domain = from.address.substr(from.address.find('@') + 1);
    made.message_id = one_line(about.id) + '@' + domain;
    made.subject =
        render(text.substr(subject.size(), end - subject.size()), values, escaping::none);
    values.texts["subject"] = made.subject;
    const auto plain = laid_out(text.substr(end + 2), "txt", values, escaping::none);
    made.text = secret(wrapped(plain, text_columns));
    made.html = secret(laid_out(template_of(kind + ".html"), "html", values, escaping::html));
    return made;
}

notice sample_notice(notice_kind kind) {
    using namespace std::chrono_literals;
    const auto anchor = from_unix_seconds(1'796'133'900);  // 1 December 2026
    notice made;
    made.kind = kind;
    made.step = kind == notice_kind::reminder ? "3d" : "0d";
    made.organization = organization_id("org_example");
    made.subscription = subscription_id("sub_example");
    made.id = notice_id(made.subscription, anchor, to_word(kind));
    made.customer = customer_id("cus_example");
    made.plan = "pro";
    if (kind == notice_kind::trial_ending) {
        made.trial_end = anchor + 72h;
    } else if (kind == notice_kind::grant_ending) {
        made.grant_end = anchor + 7 * 24h;
    } else if (kind != notice_kind::canceled) {
        made.case_anchor = anchor;
        made.grace_until = anchor + 7 * 24h;
        made.restricted_until = anchor + 21 * 24h;
    }
    return made;
}

email_recipient sample_recipient() {
    email_recipient made{
        .address = secret("ada@customer.example"),
        .name = secret("Ada Lovelace"),
        .plan = "Pro",
        .invoices = {}};
    made.invoices.push_back({
        money{4'900, "eur"},
        secret("https://invoice.stripe.com/i/example")
    });
    return made;
}

bool is_email_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == text.npos || at == 0 || at > 64 || text.size() > 254) {
        return false;
    }
    const auto is_dotted = [](std::string_view part, std::string_view more) {
        const bool letters = std::ranges::all_of(part, [&](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '.' || more.find(c) != more.npos;
        });
        return letters && !part.empty() && part.front() != '.' && part.back() != '.' &&
               part.find("..") == part.npos;
    };
    const auto host = text.substr(at + 1);
    return is_dotted(text.substr(0, at), "!#$%&'*+-/=?^_`{|}~") && is_dotted(host, "-") &&
           host.front() != '-' && host.back() != '-' && host.find(".-") == host.npos &&
           host.find("-.") == host.npos;
}

std::string in_plain_words(instant at) {
    static constexpr std::array weekdays = std::to_array<const char*>(
        {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
    );
    static constexpr std::array months = std::to_array<const char*>(
        {"January",
         "February",
         "March",
         "April",
         "May",
         "June",
         "July",
         "August",
         "September",
         "October",
         "November",
         "December"}
    );
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const auto minutes = std::chrono::floor<std::chrono::minutes>(at - day).count();
    return fmt::format(
        "{}, {} {} {} at {:02}:{:02} UTC",
        weekdays[std::chrono::weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        minutes / 60,
        minutes % 60
    );
}

}  // namespace billhook
