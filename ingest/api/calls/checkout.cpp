#include "ingest/api/calls/checkout.hpp"

#include "ingest/api/calls/writes.hpp"
#include "schemas/types/sha256.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

constexpr std::string_view first_with_pages = "2026-03-25";
constexpr std::size_t offer_digits = 32;
constexpr std::size_t longest_reference = 200;
constexpr std::size_t longest_url = 2'048;
constexpr std::array modes{checkout_mode::hosted, checkout_mode::embedded, checkout_mode::elements};

std::optional<checkout_mode> mode_from(const json::value& of) {
    if (of.is_nothing()) {
        return checkout_mode::hosted;
    }
    const auto found = std::find_if(modes.begin(), modes.end(), [&](checkout_mode each) {
        return of.as_string() == to_word(each);
    });
    return found == modes.end() ? std::nullopt : std::optional{*found};
}

// Nothing: it is no text. Empty: it is not there.
std::optional<std::string> url_in(const json::value& of) {
    if (of.is_nothing()) {
        return "";
    }
    const auto text = of.as_string();
    const bool fits = text && !text->empty() && text->size() <= longest_url;
    return fits ? std::optional{std::string(*text)} : std::nullopt;
}

}  // namespace

std::string_view to_word(checkout_mode what) {
    switch (what) {
        case checkout_mode::hosted:
            return "hosted";
        case checkout_mode::embedded:
            return "embedded";
        case checkout_mode::elements:
            return "elements";
    }
    return {};
}

result<checkout_order, problem> checkout_from(
    std::string_view body,
    const catalogue& plans,
    const std::vector<std::string>& origins
) {
    const auto read = read_body(
        body,
        {"plan", "interval", "quantity", "trial", "mode", "success_url", "cancel_url", "return_url"}
    );
    if (!read) {
        return read.error();
    }
    const auto root = read->root();
    const auto what = order_from(root, plans);
    if (!what) {
        return what.error();
    }
    const auto mode = mode_from(root.find("mode"));
    const auto success = url_in(root.find("success_url"));
    const auto cancel = url_in(root.find("cancel_url"));
    const auto back = url_in(root.find("return_url"));
    if (!mode || !success || !cancel || !back) {
        return problem{problem_code::malformed_body};
    }
    const bool is_hosted = mode == checkout_mode::hosted;
    const bool fits = is_hosted ? !success->empty() && back->empty()
                                : success->empty() && cancel->empty() && !back->empty();
    if (!fits) {
        return problem{problem_code::malformed_body};
    }
    for (const auto* const url : {&*success, &*cancel, &*back}) {
        if (!url->empty() && !is_within(*url, origins)) {
            return problem{problem_code::return_url_refused};
        }
    }
    return checkout_order{*what, *mode, *success, *cancel, *back};
}

std::string_view ui_mode_for(checkout_mode mode, std::string_view api_version) {
    const bool pages = api_version >= first_with_pages;
    switch (mode) {
        case checkout_mode::hosted:
            return pages ? "hosted_page" : "hosted";
        case checkout_mode::embedded:
            return pages ? "embedded_page" : "embedded";
        case checkout_mode::elements:
            return pages ? "elements" : "custom";
    }
    return {};
}

std::string offer_of(const checkout_order& what, const std::string& price) {
    std::string said;
    const std::string quantity = std::to_string(what.what.quantity);
    const std::string trial = what.what.trial ? "trial" : "";
    const std::string mode(to_word(what.mode));
    for (const auto* const each :
         {&price,
          &quantity,
          &trial,
          &mode,
          &what.success_url,
          &what.cancel_url,
          &what.return_url}) {
        said.append(*each).append(1, '\0');
    }
    return sha256_hex(said).substr(0, offer_digits);
}

bool is_reference(std::string_view text) {
    return !text.empty() && text.size() <= longest_reference &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

}  // namespace billhook::api
