#include "tools/simulator/hosted_pages.hpp"

#include "schemas/types/internet_date.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace billhook::simulator {

namespace {

const std::string pages_folder = "/_stripe/";

std::string html_text(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

constexpr std::string_view style =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1f36;background:#fff}h1{font-size:1.5rem}form{display:inline}"
    "section{border:1px solid #767f8c;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}"
    "button{font:inherit;min-height:2.75rem;padding:0 1rem;border:1px solid #635bff;"
    "border-radius:.375rem;background:#635bff;color:#fff;margin:.25rem .5rem .25rem 0;"
    "cursor:pointer}a{color:#4b45c6}.note{color:#566176}";

api_answer html(std::string_view title, std::string_view inside) {
    api_answer told;
    told.content_type = "text/html; charset=utf-8";
    told.headers = {
        {"Cache-Control", "no-store"}
    };
    told.body = fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><title>{0}</title><style>{1}</style>"
        "</head><body><main><h1>{0}</h1>{2}<p class=\"note\">This is a simulated Stripe: no money "
        "moves here.</p></main></body></html>",
        html_text(title),
        style,
        inside
    );
    return told;
}

api_answer sent_to(std::string where) {
    api_answer told;
    told.status = 303;
    told.headers = {
        {"Location", std::move(where)}
    };
    return told;
}

api_answer nothing_here() {
    auto told = html("Nothing here", "<p>This link is not valid.</p>");
    told.status = 404;
    return told;
}

std::string button(std::string_view act, std::string_view value, std::string_view label) {
    return fmt::format(
        "<form method=\"post\"><input type=\"hidden\" name=\"act\" value=\"{}\"><input "
        "type=\"hidden\" name=\"of\" value=\"{}\"><button>{}</button></form>",
        html_text(act),
        html_text(value),
        html_text(label)
    );
}

std::string link_to(std::string_view where, std::string_view label) {
    return where.empty()
               ? std::string()
               : fmt::format("<p><a href=\"{}\">{}</a></p>", html_text(where), html_text(label));
}

std::string money(std::int64_t amount_minor, const price& of) {
    std::string currency = of.currency;
    std::ranges::transform(currency, currency.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return fmt::format("{} {}.{:02}", currency, amount_minor / 100, amount_minor % 100);
}

std::string day_of(instant at) {
    return internet_date(std::chrono::floor<std::chrono::seconds>(at), "GMT");
}

std::string described(const sold_subscription& of) {
    const auto& item = of.is.items.front();
    std::string text = fmt::format(
        "<p><strong>{}</strong>, {} × {} every {}: {}</p>",
        html_text(item.price.name),
        item.quantity,
        money(item.price.amount_minor, item.price),
        item.price.months == 12 ? "year" : "month",
        html_text(of.is.status)
    );
    if (of.is.cancel_at) {
        text += "<p>Ends on " + day_of(*of.is.cancel_at) + ".</p>";
    }
    return text;
}

}  // namespace

std::optional<api_answer> hosted_pages::answer(const api_call& call) {
    if (!call.path.starts_with(pages_folder)) {
        return std::nullopt;
    }
    const auto name = call.path.substr(pages_folder.size());
    const auto below = [&](std::string_view folder) -> std::optional<std::string> {
        return name.starts_with(folder) ? std::optional{name.substr(folder.size())} : std::nullopt;
    };
    if (name.empty()) {
        return overview(call);
    }
    if (name == "stripe.js") {
        api_answer told;
        told.content_type = "text/javascript; charset=utf-8";
        told.body = stripe_stand_in();
        return told;
    }
    if (name == "confirm") {
        return confirm(call);
    }
    if (const auto id = below("portal/")) {
        return portal(call, *id);
    }
    if (const auto id = below("checkout/")) {
        return checkout(call, *id);
    }
    if (const auto id = below("invoice/")) {
        return bill(call, *id);
    }
    return nothing_here();
}

// "pi_sub_1_secret_..." or "seti_sub_1_secret_...": the script confirms by what it was given.
api_answer hosted_pages::confirm(const api_call& call) {
    const auto secret = call.parameter("client_secret");
    const auto begin = secret.find("_sub") + 1;
    const auto end = secret.rfind("_secret_");
    const bool is_one = call.method == "POST" && begin != 0 && end != secret.npos && begin < end;
    const bool done = is_one && of_.confirm(secret.substr(begin, end - begin));
    api_answer told;
    told.status = done ? 200 : 400;
    told.headers = {
        {"Access-Control-Allow-Origin", "*"}
    };
    told.body = "{}";
    return told;
}

api_answer hosted_pages::overview(const api_call& call) {
    const auto act = call.parameter("act");
    const auto of = call.parameter("of");
    if (call.method == "POST") {
        static_cast<void>(act == "pay" ? of_.confirm(of) : of_.renew(of, act == "renew"));
        return sent_to(pages_folder);
    }
    std::string inside;
    for (const auto& each : of_.subscriptions()) {
        const auto owner = each.is.metadata.find("organization_id");
        inside += "<section><h2>" +
                  html_text(owner == each.is.metadata.end() ? each.is.id : owner->second) +
                  "</h2>" + described(each);
        if (each.invoice_status == "open") {
            inside += button("pay", each.is.id, "The open invoice is paid");
        } else if (!each.is.ended_at) {
            inside += button("renew", each.is.id, "The period ends, and the next is paid") +
                      button("fail", each.is.id, "The period ends, and the card is declined");
        }
        inside += "</section>";
    }
    return html("What was sold", inside.empty() ? "<p>Nothing yet.</p>" : inside);
}

api_answer hosted_pages::portal(const api_call& call, const std::string& id) {
    const auto session = of_.portal(id);
    if (!session) {
        return nothing_here();
    }
    const auto act = call.parameter("act");
    const auto of = call.parameter("of");
    std::string inside;
    for (const auto& each : of_.subscriptions()) {
        if (each.is.customer != session->customer || each.is.ended_at) {
            continue;
        }
        if (call.method == "POST" && each.is.id == of) {
            if (act == "pay") {
                of_.confirm(of);
            } else {
                of_.cancel_at_end(of, act == "cancel");
            }
            return sent_to(call.path);
        }
        inside += "<section>" + described(each);
        if (each.invoice_status == "open") {
            inside += button(
                "pay", each.is.id, "Pay " + money(each.amount_due, each.is.items.front().price)
            );
        }
        inside += each.is.cancel_at ? button("keep", each.is.id, "Do not cancel")
                                    : button("cancel", each.is.id, "Cancel subscription");
        inside += "</section>";
    }
    if (call.method == "POST" && act == "card") {
        of_.change_card(session->customer);
        return sent_to(call.path);
    }
    inside = inside.empty() ? "<p>No subscription.</p>"
                            : inside + button("card", "", "Give another card");
    return html("Customer portal", inside + link_to(session->return_url, "Return"));
}

api_answer hosted_pages::checkout(const api_call& call, const std::string& id) {
    const auto all = of_.sessions();
    const auto session = std::ranges::find(all, id, &sold_session::id);
    if (session == all.end() || session->status != "open") {
        return nothing_here();
    }
    if (call.method == "POST") {
        return of_.complete(id) ? sent_to(session->asked.parameter("success_url")) : nothing_here();
    }
    const auto seats = session->asked.parameter("line_items[0][quantity]");
    const std::string inside = fmt::format(
        "<section><p>{} × {}</p>{}</section>",
        seats.empty() ? "1" : html_text(seats),
        html_text(session->asked.parameter("line_items[0][price]")),
        button("pay", id, "Subscribe")
    );
    return html("Checkout", inside + link_to(session->asked.parameter("cancel_url"), "Back"));
}

std::optional<sold_subscription> hosted_pages::billed_by(const std::string& invoice) const {
    for (auto& each : of_.subscriptions()) {
        if (each.is.latest_invoice == invoice) {
            return each;
        }
    }
    return std::nullopt;
}

api_answer hosted_pages::bill(const api_call& call, const std::string& id) {
    const auto of = billed_by(id);
    if (!of) {
        return nothing_here();
    }
    if (call.method == "POST") {
        of_.confirm(of->is.id);
        return sent_to(call.path);
    }
    const bool open = of->invoice_status == "open";
    const auto amount = money(of->amount_due, of->is.items.front().price);
    return html(
        "Invoice",
        "<section>" + described(*of) +
            (open ? button("pay", id, "Pay " + amount) : "<p>Nothing is due.</p>") + "</section>"
    );
}

}  // namespace billhook::simulator
