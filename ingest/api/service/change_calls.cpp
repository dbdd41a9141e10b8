#include "ingest/api/calls/change.hpp"
#include "ingest/api/calls/confirmation.hpp"
#include "ingest/api/calls/writes.hpp"
#include "ingest/api/service/at_stripe.hpp"
#include "ingest/api/service/living.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>
#include <utility>

// PATCH and DELETE …/subscription, POST …/resume: what lives is changed, ended, and taken back.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

http::response refused(problem_code why) {
    return http::to_response(problem{why});
}

stripe::reply written(const at_work& at, std::string path, stripe::parameters form) {
    const stripe::writing write{
        .path = std::move(path),
        .form = std::move(form),
        .key = fresh_key(),
        .until = at.asked.until};
    auto told = at.post(write);
    if (!told) {
        throw refused_by_stripe{told.error()};
    }
    return *std::move(told);
}

stripe::reply updated(const at_work& at, const std::string& id, stripe::parameters form) {
    for (auto& each : expansions_for(stripe::asked_api_version)) {
        form.emplace_back("expand[]", std::move(each));
    }
    return written(at, subscription_path(id), std::move(form));
}

std::string schedule_path(const std::string& id) {
    return "/v1/subscription_schedules/" + stripe::percent_encoded(id);
}

std::optional<log_position> publish(
    const at_work& at,
    std::string_view type,
    const stripe::reply& told
) {
    const auto root = told.body.root();
    return published(
        at,
        {type,
         std::string(root.find("id").as_string().value_or("")),
         without_expansions(root),
         told.as_of.value_or(at.with.time.now())}
    );
}

// While a schedule is attached it alone decides what comes.
void release(const at_work& at, const subscribed& of) {
    if (!of.schedule.empty()) {
        const auto told = written(at, schedule_path(of.schedule) + "/release", {});
        static_cast<void>(publish(at, "subscription_schedule.released", told));
    }
}

// What every answer says of a subscription; the object stays open.
json::writer& add_subscription(json::writer& out, const json::value& shown, const at_work& at) {
    const auto now = subscribed_from(shown, at.with.plans);
    const auto confirm = confirmation_of(shown);
    out.begin_object()
        .member("subscription", shown.find("id").as_string())
        .member("subscription_status", shown.find("status").as_string())
        .member("plan", now ? now->plan : std::nullopt)
        .member("quantity", now ? std::optional{now->sold().quantity} : std::nullopt)
        .member("cancels_at", now ? now->ends_at() : std::nullopt)
        .member("payment_pending", shown.find("pending_update").is_object())
        .member("confirm", confirm.kind)
        .key("client_secret");
    return confirm.client_secret.empty() ? out.add(nullptr)
                                         : out.add(confirm.client_secret.reveal());
}

http::response changed_answer(
    const at_work& at,
    const json::value& shown,
    const std::optional<log_position>& after
) {
    json::writer out;
    add_subscription(out, shown, at).member("after", to_text(after)).end_object();
    return kept_nowhere(out.take());
}

// Publishes what became of it, and says so.
http::response done(const at_work& at, std::string_view type, const stripe::reply& told) {
    const auto after = publish(at, type, told);
    return after ? changed_answer(at, told.body.root(), after)
                 : refused(problem_code::log_unavailable);
}

http::response change_now(
    const at_work& at,
    const subscribed& of,
    const sold_price& price,
    std::int64_t quantity
) {
    release(at, of);
    return done(
        at, "customer.subscription.updated", updated(at, of.id, update_form(of, price, quantity))
    );
}

http::response change_at_end(
    const at_work& at,
    const living_subscription& living,
    const sold_price& price,
    std::int64_t quantity
) {
    const subscribed& of = living.is;
    auto schedule = of.schedule.empty() ? written(
                                              at,
                                              "/v1/subscription_schedules",
                                              {
                                                  {"from_subscription", of.id}
    }
                                          )
                                        : at.get({.path = schedule_path(of.schedule)});
    auto form = phases_form(of, schedule.body.root(), price, quantity);
    if (!form) {
        throw stripe::failure("a schedule came without its phase", true);
    }
    const std::string id(schedule.body.root().find("id").as_string().value_or(""));
    const auto told = written(at, schedule_path(id), *std::move(form));
    const auto after = publish(at, "subscription_schedule.updated", told);
    return after ? changed_answer(at, living.told.body.root(), after)
                 : refused(problem_code::log_unavailable);
}

}  // namespace

http::response change_of(const at_work& at) {
    const auto body = read_body(at.asked.body, {"plan", "interval", "quantity", "when"});
    if (!body) {
        return http::to_response(body.error());
    }
    const auto asked = change_from(body->root(), at.with.plans);
    if (!asked) {
        return http::to_response(asked.error());
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return refused(problem_code::operation_in_progress);
    }
    const auto living = living_of(at);
    if (!living) {
        return refused(problem_code::no_subscription);
    }
    const auto change = planned(*asked, living->is, at.with.plans);
    if (!change) {
        return http::to_response(change.error());
    }
    if (change->direction == change_direction::none) {
        release(at, living->is);  // a change that was to come is taken back
        return changed_answer(at, living->told.body.root(), std::nullopt);
    }
    const auto price = changed_price(at, *living, *change);
    if (!price) {
        return http::to_response(price.error());
    }
    return change->when == change_time::now
               ? change_now(at, living->is, *price, change->to.quantity)
               : change_at_end(at, *living, *price, change->to.quantity);
}

http::response cancel_of(const at_work& at) {
    const auto given = at.asked.what.query.find("when");
    const auto when = given == at.asked.what.query.end() ? std::optional{change_time::period_end}
                                                         : change_time_from(given->second);
    if (!when) {
        return refused(problem_code::bad_parameter);
    }
    if (!is_empty_body(at.asked.body)) {
        return refused(problem_code::malformed_body);
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return refused(problem_code::operation_in_progress);
    }
    const auto living = living_of(at, true);
    if (!living) {
        return refused(problem_code::no_subscription);
    }
    if (living->is.status == "incomplete") {
        return end_abandoned(at, {living->is.id})
                   ? changed_answer(
                         at, at.get({.path = subscription_path(living->is.id)}).body.root(), {}
                     )
                   : refused(problem_code::operation_in_progress);
    }
    release(at, living->is);
    if (*when == change_time::period_end) {
        return done(
            at,
            "customer.subscription.updated",
            updated(
                at,
                living->is.id,
                {
                    {"cancel_at_period_end", "true"}
        }
            )
        );
    }
    const stripe::request one{.path = subscription_path(living->is.id)};
    const auto told =
        answered_through(at.with.circuit, [&] { return at.stripe.remove(one, at.asked.until); });
    return done(at, "customer.subscription.deleted", told);
}

http::response resume_of(const at_work& at) {
    if (!is_empty_body(at.asked.body)) {
        return refused(problem_code::malformed_body);
    }
    const auto permit = at.with.running.begin(at.organization());
    if (!permit) {
        return refused(problem_code::operation_in_progress);
    }
    const auto living = living_of(at);
    if (!living) {
        return refused(problem_code::no_subscription);
    }
    const subscribed& of = living->is;
    const bool had_schedule = !of.schedule.empty();
    release(at, of);
    if (of.status == "paused") {
        auto path = subscription_path(of.id) + "/resume";
        stripe::parameters form;
        for (auto& each : expansions_for(stripe::asked_api_version)) {
            form.emplace_back("expand[]", std::move(each));
        }
        return done(
            at, "customer.subscription.updated", written(at, std::move(path), std::move(form))
        );
    }
    if (of.cancels_at_period_end || of.cancel_at) {
        const stripe::parameters undo =
            of.cancels_at_period_end
                ? stripe::parameters{{"cancel_at_period_end", "false"}}
                : stripe::parameters{{"cancel_at", ""}};
        return done(at, "customer.subscription.updated", updated(at, of.id, undo));
    }
    return had_schedule ? changed_answer(at, living->told.body.root(), std::nullopt)
                        : refused(problem_code::nothing_to_resume);
}

}  // namespace billhook::api
