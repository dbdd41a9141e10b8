#include "schemas/io/stripe_api/objects.hpp"
#include "tools/recovery/healing.hpp"
#include "tools/recovery/reconcile.hpp"
#include "tools/recovery/stripe_reads.hpp"

// Subscription schedules: of each one fact is held, so that the latest alone can be missed.
namespace billhook {
namespace {

using schedules_held = std::map<schedule_id, stripe::schedule_fact>;

const stripe::schedule_fact* found_in(const schedules_held& all, const schedule_id& id) {
    const auto found = all.find(id);
    return found == all.end() ? nullptr : &found->second;
}

}  // namespace

void reconcile::walk_schedules(const watcher& watch) {
    const stripe::request all{.path = "/v1/subscription_schedules"};
    for_each_page(with_.from, all, [&](const stripe::page& page, instant at) {
        const auto ids = ids_on<schedule_id>(page);
        const auto ours = with_.ours.schedules(ids);
        for (std::size_t n = 0; n < ids.size(); ++n) {
            const auto theirs = schedule_in({page.objects[n], at, livemode_});
            const auto* const here = found_in(ours, ids[n]);
            if (!theirs || divergence_of(here, *theirs, around(ids[n], true))) {
                suspect_schedules_.insert(ids[n]);
            }
        }
        seen_schedules_.insert(ids.begin(), ids.end());
        report_.schedules += ids.size();
        watch(report_);
    });
}

void reconcile::look_at(const schedule_id& id) {
    const auto asked = stripe::request_for("subscription_schedules", id);
    const auto came = find_object(with_.from, asked);
    constexpr auto kind = recovered_kind::subscription_schedule;
    if (!came) {
        return note({kind, id.text(), divergence_cause::gone}, {});
    }
    const shown what{came->body.root(), as_of(*came, asked.path), livemode_};
    const auto theirs = schedule_in(what);
    if (!theirs) {
        return note({kind, id.text(), divergence_cause::unreadable}, {});
    }
    const auto ours = with_.ours.schedules(std::span(&id, 1));
    const auto* const here = found_in(ours, id);
    if (const auto cause = divergence_of(here, *theirs, around(id, true))) {
        auto how = healing_of(what, here);
        note({kind, id.text(), *cause, how.settles}, how.bodies);
    }
}

}  // namespace billhook
