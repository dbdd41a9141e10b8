#include "tools/recovery/stripe_reads.hpp"

#include <utility>

namespace billhook {
namespace {

constexpr int not_found = 404;

[[noreturn]] void refuse(const std::string& path, const stripe::refusal& why) {
    throw stripe::failure("Stripe, GET " + path + ": " + to_text(why), false);
}

}  // namespace

instant as_of(const stripe::reply& from, const std::string& path) {
    if (!from.as_of) {
        throw stripe::failure("Stripe, GET " + path + ": the answer has no Date", true);
    }
    return *from.as_of;
}

void for_each_page(
    stripe::client& from,
    const stripe::request& what,
    const std::function<void(const stripe::page&, instant as_of)>& each
) {
    stripe::pages list(from, what);
    while (true) {
        const auto page = list.next();
        if (!page) {
            refuse(what.path, page.error());
        }
        if (!page->has_value()) {
            return;
        }
        each(**page, as_of((*page)->from, what.path));
    }
}

std::optional<stripe::reply> find_object(stripe::client& from, const stripe::request& what) {
    auto came = from.get(what);
    if (came) {
        return *std::move(came);
    }
    if (came.error().status != not_found) {
        refuse(what.path, came.error());
    }
    return std::nullopt;
}

}  // namespace billhook
