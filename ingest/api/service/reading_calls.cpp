#include "ingest/api/service/reading_calls.hpp"

#include "ingest/api/calls/answers.hpp"
#include "ingest/api/service/at_stripe.hpp"

#include <algorithm>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

// Whoever looks at plans waits no longer for what they cost.
constexpr std::chrono::seconds patience{5};

price_board::known prices_now(const reading_call& asked, backends& of, const stripe_side& with) {
    const auto now = std::chrono::steady_clock::now();
    const stripe_call question{
        asked.what, asked.who, {}, false, std::min(asked.until, now + patience)};
    const at_work at{question, of.state, of.stripe, with};
    const auto ask = [&]() -> price_board::known {
        try {
            return std::make_shared<const std::vector<shown_prices>>(all_prices_at_stripe(at));
        } catch (const refused_by_stripe& no) {
            with.lines.warning("Stripe shows no prices", "why"_is(stripe::to_text(no.why)));
        } catch (const stripe::failure& why) {
            with.lines.warning("Stripe shows no prices", "cause"_is(why.what()));
        }
        return nullptr;
    };
    return with.prices.look(ask, now);
}

http::response plans_for_caller(const reading_call& asked, backends& of, const stripe_side& with) {
    plans_for his;
    if (!asked.who.organization.empty()) {
        const auto found = of.state.standing(asked.who.organization);
        his.currency = found ? found->currency : std::nullopt;
        his.current = found ? found->plan : std::nullopt;
        his.pays = found && found->reason != "trial" && found->reason != "trial_over" &&
                   found->reason != "unknown" && found->reason != "canceled" &&
                   found->reason != "ended" && found->reason != "incomplete";
        his.trial_used = of.state.had_trial(asked.who.organization);
    }
    const auto prices = prices_now(asked, of, with);
    return plans_answer(with.plans, his, prices.get());
}

}  // namespace

http::response standing_of(
    const reading_call& asked,
    std::optional<standing_row> found,
    standing_store& state
) {
    // A session's organization exists, whether or not anybody told us yet; of a service token's
    // path nothing is known but this.
    if (!found && asked.who.is_service) {
        return http::to_response(problem{problem_code::not_found});
    }
    if (!found) {
        found = state.unseen(*asked.what.organization);
    }
    const auto& tags = asked.if_none_match;
    return standing_answer(
        *found, asked.who, tags.empty() ? std::nullopt : std::optional<std::string_view>(tags)
    );
}

http::response answer_to(const reading_call& asked, backends& of, const stripe_side& with) {
    switch (asked.what.kind) {
        case call_kind::plans:
            return plans_for_caller(asked, of, with);
        case call_kind::standing:  // standing_desk.cpp
        case call_kind::can:       // api_handler.cpp
        case call_kind::openapi:
        case call_kind::customer:
        case call_kind::portal:
        case call_kind::open_invoices:
        case call_kind::subscribe:
        case call_kind::checkout:
        case call_kind::preview:
        case call_kind::change:
        case call_kind::cancel:
        case call_kind::resume:
            break;  // writing_calls.cpp
    }
    return http::to_response(problem{problem_code::not_found});
}

}  // namespace billhook::api
