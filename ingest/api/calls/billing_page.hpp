#pragma once

#include "ingest/http/message.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The billing page (deploy/page) as it is served below /page/. Pure.
namespace billhook::api {

// What is served of the folder: these names and no others.
struct page_file {
    std::string_view name;
    std::string_view content_type;
};
[[nodiscard]] std::span<const page_file> page_files();

// What the page is told by config.json. `stripe_js` is the URL of a stand-in for Stripe's script,
// for a demo; empty: Stripe's own.
struct page_config {
    std::string publishable_key;
    std::string stripe_js;
};
// Whether it begins as a publishable key of that mode.
[[nodiscard]] bool is_publishable_key(std::string_view text, bool livemode);

// Where scripts, frames and calls of the page may come from and go to: Stripe's origins and its
// own. Nothing if `stripe_js` is no URL.
[[nodiscard]] std::optional<std::string> page_policy(std::string_view stripe_js);

// Whether a request's target is the page's to answer.
[[nodiscard]] bool is_of_the_page(std::string_view target);

class billing_page {
public:
    // `texts` are the files, in the order of `page_files`; `policy` as page_policy has it.
    billing_page(std::vector<std::string> texts, const page_config& config, std::string policy);

    // Of a target of the page, whatever its query is: the file, 304 if the caller has it, a
    // redirect to /page/, or 404. Everything with the policy, and nothing to be guessed or told to
    // others.
    [[nodiscard]] http::response answer(const http::request_head& asked) const;

private:
    struct served {
        std::string_view content_type;
        std::string text;
        std::string etag;
    };

    std::map<std::string, served, std::less<>> files_;
    std::string policy_;
};

}  // namespace billhook::api
