#include "tools/recovery/adoption.hpp"

#include <fmt/format.h>

namespace billhook {
namespace {

constexpr std::chrono::days kept_by_stripe{30};
// A reading may make a customer known of which the next pass then asks; more than a few passes mean
// that something changes all the time, which `reconcile --every` is for.
constexpr std::size_t most_passes = 5;

void fetch_events(const adoption_ports& with, spool& into, adoption_report& report) {
    const backfill_request all{
        .from = with.time.now() - kept_by_stripe, .to = {}, .types = {}, .resume = {}};
    const auto refused = backfill(
        {with.from, with.books, into, with.time},
        all,
        report.events,
        [&](const backfill_report& now) {
            with.watch("events", fmt::format("{} listed, {} lacking", now.listed, now.published));
        }
    );
    if (refused) {
        throw stripe::failure("Stripe, GET /v1/events: " + stripe::to_text(*refused), false);
    }
}

void compare(
    const adoption_ports& with,
    const adoption_request& what,
    spool& into,
    adoption_report& report
) {
    reconcile pass(
        {with.from, with.ours, into, with.time},
        what.livemode,
        {.heal = true, .another_account = what.another_account}
    );
    report.passes += 1;
    const auto phase = fmt::format("objects, pass {}", report.passes);
    pass.run([&](const reconcile_report& now) {
        with.watch(
            phase,
            fmt::format(
                "{} customers, {} subscriptions, {} schedules, {} invoices compared, {} differ so "
                "far",
                now.customers,
                now.subscriptions,
                now.schedules,
                now.invoices,
                now.divergences.size()
            )
        );
    });
    report.last = pass.report();
    report.readings += report.last.published;
}

}  // namespace

adoption_end adopt(
    const adoption_ports& with,
    const adoption_request& what,
    adoption_report& report
) {
    if (!with.folded()) {
        return adoption_end::not_folded;
    }
    spool events;
    fetch_events(with, events, report);
    if (!with.release(events)) {
        return adoption_end::held_back;
    }
    while (report.passes < most_passes) {
        if (!with.folded()) {
            return adoption_end::not_folded;
        }
        spool readings;
        compare(with, what, readings, report);
        if (readings.size() == 0) {
            break;
        }
        if (!with.release(readings)) {
            return adoption_end::held_back;
        }
    }
    return adoption_end::done;
}

}  // namespace billhook
