#include "tools/commands/plans_trial.hpp"

#include "tools/commands/text_table.hpp"
#include "tools/simulator/progress.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/notices.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/why.hpp"
#include "worker/projections/history_reader.hpp"

#include <fmt/format.h>

namespace billhook {

namespace {

constexpr std::size_t organizations_a_step = 500;
// A table for people; all of them are in the JSON.
constexpr std::size_t answers_shown = 50;

std::size_t notices_sent(const organization_facts& facts, const catalogue& next, instant at) {
    std::size_t sent = 0;
    for (const due_notice& one : due_notices(facts, next, at)) {
        sent += one.sent ? 1 : 0;
    }
    return sent;
}

// "; patients_max 50 -> 60": where both have the feature.
std::string features_text(const feature_map& before, const feature_map& after) {
    std::string text;
    for (const auto& [name, value] : after) {
        const auto was = before.find(name);
        if (was != before.end() && was->second != value) {
            text += fmt::format("; {} {} -> {}", name, to_words(was->second), to_words(value));
        }
    }
    return text;
}

std::string days_text(std::chrono::seconds span) {
    return fmt::format("{:.1f}", static_cast<double>(span.count()) / 86'400.0);
}

std::string text_of(const policy_trial& past, int days) {
    text_table table(
        {"", "days full", "days restricted", "days none", "ever restricted", "ever without access"}
    );
    const auto add = [&](const char* name, const policy_trial::side& side) {
        table.add(
            {name,
             days_text(side.time.full),
             days_text(side.time.restricted),
             days_text(side.time.none),
             std::to_string(side.restricted),
             std::to_string(side.cut_off)}
        );
    };
    add("as it was", past.as_it_was);
    add("with this file", past.tried);
    return fmt::format(
        "\nThe last {} days, organizations together ({} of {} would have had another access at "
        "some "
        "moment):\n{}",
        days,
        past.differing,
        past.organizations,
        table.text()
    );
}

void add_side(json::writer& out, const policy_trial::side& side) {
    out.begin_object()
        .member("full_seconds", static_cast<std::int64_t>(side.time.full.count()))
        .member("restricted_seconds", static_cast<std::int64_t>(side.time.restricted.count()))
        .member("none_seconds", static_cast<std::int64_t>(side.time.none.count()))
        .member("organizations_restricted", static_cast<std::int64_t>(side.restricted))
        .member("organizations_without_access", static_cast<std::int64_t>(side.cut_off))
        .end_object();
}

}  // namespace

plans_trial::counts plans_trial::count() const {
    counts all;
    for (const row& each : rows) {
        const auto before = static_cast<int>(each.before.access);  // full is the least
        const auto after = static_cast<int>(each.after.access);
        all.less += after > before ? 1 : 0;
        all.more += after < before ? 1 : 0;
        all.same += after == before ? 1 : 0;
        all.notices += each.notices;
    }
    return all;
}

std::string plans_trial::text() const {
    std::string all = fmt::format("Against version {} of the plans:\n", version);
    for (const plans_difference& each : keys) {
        all += fmt::format(
            "  {}: {} -> {}\n",
            each.key,
            each.before.empty() ? "none" : each.before,
            each.after.empty() ? "none" : each.after
        );
    }
    all += keys.empty() ? "  nothing differs\n\n" : "\n";
    text_table table({"organization", "today", "with this file"});
    for (std::size_t at = 0; at < rows.size() && at < answers_shown; ++at) {
        const row& each = rows[at];
        table.add(
            {each.before.organization.text(),
             in_short(each.before),
             in_short(each.after) + features_text(each.before.features, each.after.features)}
        );
    }
    all += table.empty() ? "" : table.text();
    if (rows.size() > answers_shown) {
        all += fmt::format("... and {} more; --json has all\n", rows.size() - answers_shown);
    }
    const auto sums = count();
    all += fmt::format(
        "{} of {} organizations would see another answer at {}: {} less access, {} more, {} the "
        "same "
        "with other dates or features; {} notices would be sent at once\n",
        rows.size(),
        organizations,
        to_words(as_of),
        sums.less,
        sums.more,
        sums.same,
        sums.notices
    );
    return past ? all + text_of(*past, days) : all;
}

std::string plans_trial::json() const {
    json::writer out;
    out.begin_object()
        .member("version", version)
        .member("as_of", to_rfc3339(as_of))
        .member("organizations", static_cast<std::int64_t>(organizations))
        .key("keys")
        .begin_array();
    for (const plans_difference& each : keys) {
        out.begin_object()
            .member("key", each.key)
            .member("before", each.before)
            .member("after", each.after)
            .end_object();
    }
    out.end_array().key("changes").begin_array();
    for (const row& each : rows) {
        out.begin_object().key("before");
        add_standing(out, each.before);
        out.key("after");
        add_standing(out, each.after);
        out.member("notices", static_cast<std::int64_t>(each.notices)).end_object();
    }
    out.end_array();
    if (past) {
        out.key("past")
            .begin_object()
            .member("days", days)
            .member("differing", static_cast<std::int64_t>(past->differing))
            .key("as_it_was");
        add_side(out, past->as_it_was);
        out.key("tried");
        add_side(out, past->tried);
        out.end_object();
    }
    return out.end_object().take();
}

plans_trial try_plans(postgres::connection& over, const catalogue& next, int days) {
    snapshot_reader from(over);
    const auto in_force = postgres::plans_in_force(from.in());
    plans_trial all;
    all.version = in_force.version;
    all.as_of = from.horizon();
    all.keys = differences(in_force.text.plans, next);
    all.days = days;
    std::vector<policy_period> was;
    if (days > 0) {
        all.past.emplace();
        was = read_policies(from, all.as_of);
    }
    const auto begin = all.as_of - std::chrono::days{days};
    const auto total =
        from.in()
            .exec1(
                "SELECT count(*) FROM " + from.in().quote_name(from.of().schema) + ".standings"
            )[0]
            .as<std::size_t>();
    simulator::progress progress("assessing");
    for (auto some = from.next(organizations_a_step); !some.empty();
         some = from.next(organizations_a_step)) {
        for (const organization_facts& facts : some) {
            progress.show(all.organizations++, total);
            const auto at = facts.stored ? std::max(all.as_of, facts.stored->as_of) : all.as_of;
            auto before = assess(facts, in_force.text.plans, at);
            auto after = assess(facts, next, at);
            if (!same_answer(before, after)) {
                const auto sent = notices_sent(facts, next, at);
                all.rows.push_back({std::move(before), std::move(after), sent});
            }
            if (all.past) {
                all.past->add(
                    read_history(from, facts.organization, history_reach::owned_now),
                    was,
                    next,
                    begin,
                    all.as_of
                );
            }
        }
    }
    return all;
}

}  // namespace billhook
