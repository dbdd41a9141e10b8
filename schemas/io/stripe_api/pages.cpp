#include "schemas/io/stripe_api/pages.hpp"

namespace billhook::stripe {

pages::pages(client& from, request what, std::string after, int limit)
    : from_(from), what_(std::move(what)), after_(std::move(after)) {
    what_.query.emplace_back("limit", std::to_string(limit));
    fixed_ = what_.query.size();
}

result<std::optional<page>, refusal> pages::next() {
    if (ended_) {
        return std::optional<page>();
    }
    what_.query.resize(fixed_);
    if (!after_.empty()) {
        what_.query.emplace_back("starting_after", after_);
    }
    auto came = from_.get(what_);
    if (!came) {
        return came.error();
    }
    page one{*std::move(came), {}};
    const json::value root = one.from.body.root();
    const json::value data = root.find("data");
    if (!data.is_array()) {
        throw failure("Stripe, GET " + what_.path + ": the answer is no list", false);
    }
    for (const json::value each : data.items()) {
        one.objects.push_back(each);
    }
    ended_ = !root.find("has_more").as_bool().value_or(false);
    if (!one.objects.empty()) {
        const auto last = one.objects.back().find("id").as_string().value_or(std::string_view());
        // A list that never ends, or that begins anew, would be read for ever.
        if (!ended_ && (last.empty() || last == after_)) {
            throw failure("Stripe, GET " + what_.path + ": the list does not go on", false);
        }
        after_ = std::string(last);
    } else if (!ended_) {
        throw failure("Stripe, GET " + what_.path + ": an empty page that is not the last", false);
    }
    return std::optional(std::move(one));
}

}  // namespace billhook::stripe
