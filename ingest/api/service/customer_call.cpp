#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "schemas/io/stripe_api/pages.hpp"
#include "schemas/json/writer.hpp"

#include <fmt/format.h>

// POST …/customer: one customer for an organization, whoever asks how often.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

// Longer than Stripe keeps what a key was answered.
constexpr std::chrono::hours keys_live{25};

// What is published and answered of a customer.
struct made_customer {
    std::string id;
    std::string object;  // its JSON
    instant created{};
    bool created_now = false;
};

made_customer made_from(const json::value& object, bool created_now) {
    json::writer whole;
    whole.add(object);
    return {
        std::string(object.find("id").as_string().value_or("")),
        whole.take(),
        from_unix_seconds(object.find("created").as_int64().value_or(0)),
        created_now};
}

// A key that was answered 500 may have made one all the same. Lists show what was made at once,
// which searches do not.
std::optional<made_customer> made_before(
    const stripe_call& asked,
    stripe::client& stripe,
    const stripe_side& with
) {
    const auto since = std::to_string(to_unix_seconds(with.time.now() - keys_live));
    stripe::pages all{
        stripe, {.path = "/v1/customers", .query = {{"created[gte]", since}}}
    };
    while (!all.ended() && std::chrono::steady_clock::now() < asked.until) {
        const auto page = asked_through(with.circuit, [&] { return all.next(); });
        if (!page) {
            throw refused_by_stripe{page.error()};
        }
        if (!*page) {
            return std::nullopt;
        }
        for (const json::value& each : (*page)->objects) {
            const auto whose = each.find("metadata").find("organization_id").as_string();
            if (whose == asked.what.organization->text()) {
                return made_from(each, false);
            }
        }
    }
    if (!all.ended()) {
        throw stripe::failure("no time is left to look for a customer", true);
    }
    return std::nullopt;
}

// What may differ between two callers who race (address, name) is no part of it: the same key with
// other parameters is an error at Stripe.
made_customer create(
    const stripe_call& asked,
    std::size_t deleted_before,
    stripe::client& stripe,
    const stripe_side& with
) {
    for (int key = 0;; ++key) {
        const operation of{
            .name = "customer",
            .livemode = with.livemode,
            .organization = *asked.what.organization,
            .content = {},
            .generation = fmt::format("{}.{}", deleted_before, key)};
        const stripe::writing write{
            .path = "/v1/customers",
            .form = {{"metadata[organization_id]", asked.what.organization->text()}},
            .key = idempotency_key(of),
            .until = asked.until};
        const auto told = asked_through(with.circuit, [&] { return stripe.post(write); });
        if (told) {
            return made_from(told->body.root(), !told->replayed);
        }
        if (told.error().status < 500 || key + 1 == most_keys) {
            throw refused_by_stripe{told.error()};
        }
        if (auto found = made_before(asked, stripe, with)) {
            return *std::move(found);
        }
    }
}

}  // namespace

result<buyer, problem> buyer_for(const at_work& at) {
    const auto known = at.state.customers(at.organization());
    if (known.living) {
        return buyer{*known.living, false, std::nullopt};
    }
    const auto made = create(at.asked, known.deleted, at.stripe, at.with);
    // Of its own creation: whoever else is answered the same publishes the very same record.
    const auto after = published(at, {"customer.created", made.id, made.object, made.created});
    if (!after) {
        return problem{problem_code::log_unavailable};
    }
    return buyer{made.id, made.created_now, after};
}

http::response customer_of(const at_work& at) {
    if (!is_empty_body(at.asked.body)) {
        return http::to_response(problem{problem_code::malformed_body});
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return http::to_response(problem{problem_code::operation_in_progress});
    }
    const auto found = buyer_for(at);
    if (!found) {
        return http::to_response(found.error());
    }
    json::writer out;
    out.begin_object().member("customer", found->customer).member("created", found->created);
    out.member("after", to_text(found->after)).end_object();
    return kept_nowhere(out.take(), found->created ? 201 : 200);
}

}  // namespace billhook::api
