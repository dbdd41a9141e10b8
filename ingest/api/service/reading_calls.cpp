#include "ingest/api/service/reading_calls.hpp"

#include "ingest/api/calls/answers.hpp"

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

http::response standing_of(const reading_call& asked, standing_store& state) {
    auto found = state.standing(*asked.what.organization);
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

http::response gate_of(const reading_call& asked, standing_store& state) {
    const auto found = state.ask_gate(*asked.what.organization, asked.what.name);
    return found ? gate_answer(*found) : http::to_response(problem{problem_code::unknown_feature});
}

http::response plans_for_caller(
    const reading_call& asked,
    standing_store& state,
    const catalogue& plans
) {
    plans_for his;
    if (!asked.who.organization.empty()) {
        const auto found = state.standing(asked.who.organization);
        his.current = found ? found->plan : std::nullopt;
        his.pays = found && found->reason != "trial" && found->reason != "trial_over" &&
                   found->reason != "unknown" && found->reason != "canceled" &&
                   found->reason != "ended" && found->reason != "incomplete";
        his.trial_used = state.had_trial(asked.who.organization);
    }
    return plans_answer(plans, his);
}

}  // namespace

http::response answer_to(const reading_call& asked, standing_store& state, const catalogue& plans) {
    switch (asked.what.kind) {
        case call_kind::standing:
            return standing_of(asked, state);
        case call_kind::can:
            return gate_of(asked, state);
        case call_kind::plans:
            return plans_for_caller(asked, state, plans);
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
