#include "ingest/api/service/writing_calls.hpp"

#include "ingest/api/service/at_stripe.hpp"
#include "schemas/stripe/redact.hpp"

#include <fmt/format.h>
#include <random>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

http::response answer_to(const stripe::refusal& why) {
    // The same key with other parameters: another process has just changed the same.
    const auto code = why.type == "card_error"          ? problem_code::card_declined
                      : why.type == "idempotency_error" ? problem_code::operation_in_progress
                      : why.status == 429 || why.status >= 500
                          ? problem_code::stripe_unavailable  // another key may be answered well
                          : problem_code::stripe_refused;
    return http::to_response(problem{code}, why.request);
}

http::response answer_of(const at_work& at) {
    switch (at.asked.what.kind) {
        case call_kind::customer:
            return customer_of(at);
        case call_kind::portal:
            return portal_of(at);
        case call_kind::open_invoices:
            return open_invoices_of(at);
        case call_kind::subscribe:
            return subscription_of(at);
        case call_kind::checkout:
            return checkout_of(at);
        case call_kind::preview:
            return preview_of(at);
        case call_kind::change:
            return change_of(at);
        case call_kind::cancel:
            return cancel_of(at);
        case call_kind::resume:
            return resume_of(at);
        case call_kind::standing:
        case call_kind::can:
        case call_kind::plans:
        case call_kind::openapi:
            break;  // reading_calls.cpp
    }
    return http::to_response(problem{problem_code::not_found});
}

}  // namespace

http::response kept_nowhere(std::string body, int status) {
    http::response reply;
    reply.status = status;
    reply.more = {
        {"Cache-Control", "no-store"}
    };
    reply.body = std::move(body);
    return reply;
}

std::optional<log_position> published(const at_work& at, const shown_object& what) {
    if (!stripe::is_word(what.id)) {
        throw stripe::failure("an object came without an id", true);
    }
    const reading shown{
        .type = what.type,
        .object_id = what.id,
        .object = what.json,
        .api_version = stripe::asked_api_version,
        .created = what.created,
        .livemode = at.with.livemode};
    return at.with.log_of_record.append(shown, at.with.time.now(), at.asked.until);
}

std::string fresh_key() {
    std::random_device random;
    return fmt::format("billhook-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

http::response answer_to(
    const stripe_call& asked,
    standing_store& state,
    stripe::client& stripe,
    const stripe_side& with
) {
    try {
        return answer_of({asked, state, stripe, with});
    } catch (const refused_by_stripe& no) {
        with.lines.warning(
            "Stripe refused", "call"_is(asked.what.kind), "why"_is(stripe::to_text(no.why))
        );
        return answer_to(no.why);
    } catch (const stripe::failure& why) {
        with.lines.warning(
            "Stripe gave no usable answer", "call"_is(asked.what.kind), "cause"_is(why.what())
        );
        return http::to_response(problem{problem_code::stripe_unavailable});
    }
}

}  // namespace billhook::api
