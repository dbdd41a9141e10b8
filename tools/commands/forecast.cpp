#include "worker/insight/forecast.hpp"

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/domain/unheard.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/history.hpp"
#include "worker/insight/why.hpp"
#include "worker/projections/history_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace billhook {

namespace {

constexpr int longest = 3650;

std::string words_of(const notice& one) {
    return fmt::format("told: {} (step {})", to_word(one.kind), one.step);
}

std::string words_of(const expected_renewal& one) {
    if (one.exempt) {
        return fmt::format(
            "{} renews; unpaid, it keeps its access (exempt)", own_part(one.subscription)
        );
    }
    return fmt::format(
        "{} renews; unpaid: full access until {}, restricted until {}, then none",
        own_part(one.subscription),
        to_words(one.grace_until),
        to_words(one.restricted_until)
    );
}

std::string words_of(const expected_end& one) {
    return fmt::format("{} ends: {}", one.grant.text(), one.gives);
}

// What is told beside the steps, by time.
std::vector<std::pair<instant, std::string>> beside(const outlook& all) {
    std::vector<std::pair<instant, std::string>> lines;
    for (const expected_renewal& one : all.renewals) {
        lines.emplace_back(one.at, words_of(one));
    }
    for (const expected_end& one : all.ends) {
        lines.emplace_back(one.at, words_of(one));
    }
    std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.first; });
    return lines;
}

std::string text_of(const outlook& all) {
    text_table rows({"time", "what"});
    const auto lines = beside(all);
    auto line = lines.begin();
    const auto add_lines_before = [&](instant at) {
        for (; line != lines.end() && line->first < at; ++line) {
            rows.add({to_rfc3339(line->first), line->second});
        }
    };
    for (const forecast_step& step : all.steps) {
        const auto at = step.then.as_of;
        add_lines_before(at);
        if (&step == &all.steps.front() || step.changed) {
            rows.add({to_rfc3339(at), in_short(step.then)});
        }
        for (const notice& one : step.sent) {
            rows.add({to_rfc3339(at), words_of(one)});
        }
    }
    add_lines_before(instant::max());
    return rows.text();
}

std::string json_of(const outlook& all) {
    json::writer out;
    out.begin_object().key("steps").begin_array();
    for (const forecast_step& step : all.steps) {
        out.begin_object()
            .member("at", to_rfc3339(step.then.as_of))
            .member("changed", step.changed)
            .key("standing");
        add_standing(out, step.then);
        out.key("notices").begin_array();
        for (const notice& one : step.sent) {
            out.add_raw(to_json(one));
        }
        out.end_array().end_object();
    }
    out.end_array().key("renewals").begin_array();
    for (const expected_renewal& one : all.renewals) {
        out.begin_object()
            .member("at", to_rfc3339(one.at))
            .member("stripe_subscription_id", own_part(one.subscription))
            .member("grace_until", to_rfc3339(one.grace_until))
            .member("restricted_until", to_rfc3339(one.restricted_until))
            .member("exempt", one.exempt)
            .end_object();
    }
    out.end_array().key("grants").begin_array();
    for (const expected_end& one : all.ends) {
        out.begin_object()
            .member("id", one.grant.text())
            .member("ends_at", to_rfc3339(one.at))
            .member("gives", one.gives)
            .end_object();
    }
    return out.end_array().end_object().take();
}

}  // namespace

exit_code run_forecast(arguments given) {
    command_line line(
        "billhook forecast",
        "What happens to an organization by itself if no event comes any more: nothing is paid.",
        "  billhook forecast org_1               the next 30 days\n"
        "  billhook forecast org_1 --days 90 --json\n"
    );
    std::string organization;
    int days = 30;
    bool as_json = false;
    line.flags().add_option("organization", organization, "the application's id").required();
    line.flags().add_option("--days", days, "how far to look").shown().within(1, longest);
    line.flags().add_flag("--json", as_json, "one JSON object");
    const auto told = line.read(std::move(given), {"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    postgres::connection database(database_of(std::get<settings>(told)));
    snapshot_reader from(database);
    auto facts = read_organization(from, organization_id{organization});
    if (is_unheard_of(facts)) {
        warn(
            "nothing is known of the organization {} at Stripe, so nothing changes by itself\n",
            organization
        );
        return exit_code::no;
    }
    const auto plans = postgres::plans_in_force(from.in()).text.plans;
    const auto begin = from.horizon();
    const auto all = forecast(std::move(facts), plans, begin, begin + std::chrono::days{days});
    tell("{}", own_lines{as_json ? json_of(all) + "\n" : text_of(all)});
    return exit_code::done;
}

}  // namespace billhook
