#include "worker/notifier/notifier.hpp"

#include "schemas/types/assert.hpp"
#include "worker/notifier/overtaken.hpp"

#include <utility>

namespace billhook {
namespace {

attempt_result settled(
    const notice& what,
    notice_claims& claims,
    notice_outcome how,
    std::string_view cause
) {
    claims.finish(what.id, how, cause);
    return {went::done, how, std::string(cause)};
}

// Also of one object alone Stripe may answer with 5xx for ever.
bool is_a_servers(std::string_view cause) {
    return cause == "stripe_unavailable" || cause == "stripe_refuses_the_key";
}

}  // namespace

attempt_result notifier::deliver(
    const notice& what,
    notice_claims& claims,
    std::string_view last_cause
) {
    record_rest(claims);
    const notice_state_now now = claims.look(what);
    if (!now.recorded) {
        return {went::done, std::nullopt, "not_recorded"};
    }
    if (now.taken) {
        return {went::done, std::nullopt, "taken"};
    }
    if (const auto why = why_overtaken(what, now.around); !why.empty()) {
        return settled(what, claims, notice_outcome::overtaken, why);
    }
    if (now.recovering) {
        return {went::later, std::nullopt, "recovery"};
    }
    if (now.age > with_.give_up_after) {
        const auto why = last_cause.empty() ? std::string_view("too_late") : last_cause;
        return settled(what, claims, notice_outcome::failed, why);
    }
    auto whom = with_.whom.find(what);
    if (!whom) {
        const no_recipient& why = whom.error();
        if (why.outcome) {
            return settled(what, claims, *why.outcome, why.cause);
        }
        const auto how = is_a_servers(why.cause) ? went::unavailable : went::later;
        return {how, std::nullopt, std::string(why.cause)};
    }
    if (what.plan) {
        const auto named = with_.plan_names.find(*what.plan);
        whom->plan = named == with_.plan_names.end() ? "" : named->second;
    }
    return send(what, compose(what, *whom, with_.sender), claims);
}

attempt_result notifier::send(const notice& what, const email& made, notice_claims& claims) {
    // As late as can be: a process that dies before leaves a notice that another may send.
    if (!claims.claim(what.id)) {
        return {went::done, std::nullopt, "taken"};
    }
    unrecorded_ = unrecorded{what.id, with_.by.send(made)};
    return record(claims);
}

attempt_result notifier::record(notice_claims& claims) {
    BILLHOOK_ASSERT(unrecorded_.has_value());
    const auto& [id, how] = *unrecorded_;
    attempt_result after{went::done, std::nullopt, std::string(to_word(how))};
    switch (how) {
        case mailed::accepted:
            after.outcome = notice_outcome::delivered;
            after.cause.clear();
            break;
        case mailed::recipient_refused:
        case mailed::message_refused:
            after.outcome = notice_outcome::failed;
            break;
        case mailed::not_now:
            after.how = went::later;
            break;
        case mailed::unavailable:
            after.how = went::unavailable;
            break;
        case mailed::in_doubt:
            after.how = went::in_doubt;
            break;
    }
    if (after.outcome) {
        claims.finish(id, *after.outcome, after.cause);
    } else if (after.how == went::in_doubt) {
        claims.leave_in_doubt(id, after.cause);
    } else {
        claims.release(id);
    }
    unrecorded_.reset();
    return after;
}

void notifier::record_rest(notice_claims& claims) {
    if (unrecorded_) {
        (void)record(claims);
    }
}

}  // namespace billhook
