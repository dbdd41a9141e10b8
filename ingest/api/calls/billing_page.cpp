#include "ingest/api/calls/billing_page.hpp"

#include "ingest/api/calls/cors.hpp"
#include "ingest/api/calls/etag.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <algorithm>
#include <cstddef>

namespace billhook::api {

namespace {

constexpr std::string_view page_root = "/page";
constexpr std::string_view script_type = "text/javascript; charset=utf-8";

constexpr page_file files_of_the_page[] = {
    {"index.html",   "text/html; charset=utf-8"},
    {"billhook.css", "text/css; charset=utf-8" },
    {"page.js",      script_type               },
    {"billhook.js",  script_type               },
    {"views.js",     script_type               },
    {"payment.js",   script_type               },
    {"dom.js",       script_type               },
    {"banner.js",    script_type               },
    {"words.js",     script_type               },
    {"strings.js",   script_type               },
    {"client.js",    script_type               },
    {"watch.js",     script_type               },
    {"react.js",     script_type               },
};

std::string config_text(const page_config& of) {
    json::writer out;
    out.begin_object();
    if (!of.publishable_key.empty()) {
        out.member("publishable_key", of.publishable_key);
    }
    if (!of.stripe_js.empty()) {
        out.member("stripe_js", of.stripe_js);
    }
    return out.end_object().take();
}

// Nothing if it is no URL of a scheme, a host and a path.
std::optional<std::string_view> origin_in(std::string_view url) {
    const auto scheme = url.find("://");
    const auto path = scheme == url.npos ? url.npos : url.find('/', scheme + 3);
    const auto origin = url.substr(0, path);
    const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) {
        return c > ' ' && c <= '~' && c != ';' && c != ',' && c != '"';
    });
    return path != url.npos && is_plain && is_origin(origin) ? std::optional{origin} : std::nullopt;
}

}  // namespace

std::span<const page_file> page_files() {
    return files_of_the_page;
}

bool is_publishable_key(std::string_view text, bool livemode) {
    return text.starts_with(livemode ? "pk_live_" : "pk_test_");
}

std::optional<std::string> page_policy(std::string_view stripe_js) {
    std::string stand_in;
    if (!stripe_js.empty()) {
        const auto origin = origin_in(stripe_js);
        if (!origin) {
            return std::nullopt;
        }
        stand_in = " " + std::string(*origin);
    }
    // docs.stripe.com/security/guide; Elements sizes its frames by style attributes.
    return "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com" +
           stand_in +
           "; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; "
           "connect-src 'self' https://api.stripe.com" +
           stand_in +
           "; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; "
           "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

bool is_of_the_page(std::string_view target) {
    const auto path = target.substr(0, target.find('?'));
    return path == page_root ||
           (path.starts_with(page_root) && path.substr(page_root.size()).starts_with('/'));
}

billing_page::billing_page(
    std::vector<std::string> texts,
    const page_config& config,
    std::string policy
)
    : policy_(std::move(policy)) {
    BILLHOOK_ASSERT(texts.size() == page_files().size());
    for (std::size_t at = 0; at < texts.size(); ++at) {
        const page_file& of = page_files()[at];
        auto etag = etag_of(texts[at]);
        files_.emplace(of.name, served{of.content_type, std::move(texts[at]), std::move(etag)});
    }
    auto told = config_text(config);
    auto etag = etag_of(told);
    files_.emplace("config.json", served{"application/json", std::move(told), std::move(etag)});
}

http::response billing_page::answer(const http::request_head& asked) const {
    const std::string_view target = asked.target;
    const auto path = target.substr(0, target.find('?'));
    http::response reply;
    if (path == page_root) {
        reply.status = 308;
        reply.more = {
            {"Location", "page/"}
        };
    } else {
        const auto name = path.substr(page_root.size() + 1);
        const auto found = files_.find(name.empty() ? "index.html" : name);
        if (found == files_.end()) {
            return http::to_response(http::problem{http::problem_code::not_found});
        }
        const served& file = found->second;
        reply.content_type = file.content_type;
        reply.more = {
            {"ETag",          file.etag },
            {"Cache-Control", "no-cache"}
        };
        if (is_among(asked.fields.first("If-None-Match").value_or(""), file.etag)) {
            reply.status = 304;
        } else {
            reply.body = file.text;
        }
    }
    reply.more.emplace_back("Content-Security-Policy", policy_);
    reply.more.emplace_back("X-Content-Type-Options", "nosniff");
    reply.more.emplace_back("Referrer-Policy", "no-referrer");
    return reply;
}

}  // namespace billhook::api
