#include "schemas/messages/grant.hpp"

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/plans/feature_types.hpp"
#include "schemas/types/text.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/moment.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "worker/domain/counting.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/history.hpp"
#include "worker/insight/why.hpp"
#include "worker/projections/history_reader.hpp"

#include <charconv>

namespace billhook {

namespace {

struct grant_flags {
    std::string organization;
    std::string plan;
    std::string access;
    std::string until;
    std::string extend_trial;
    std::vector<std::string> features;  // NAME=VALUE
    bool exempt = false;
    act_flags act;
    bool json = false;
};

std::optional<feature_value> value_from(std::string_view text) {
    if (text == "true") {  // nothing can be given that is off
        return true;
    }
    if (text == "unlimited") {
        return std::int64_t{-1};
    }
    std::int64_t number = 0;
    const auto [stopped, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = code == std::errc{} && stopped == text.data() + text.size();
    return whole && number >= -1 ? std::optional<feature_value>{number} : std::nullopt;
}

// What is given, but for its id and time; nothing, and said why, if it makes no sense.
std::optional<grant> read_gift(const grant_flags& told) {
    grant one;
    one.organization = organization_id{told.organization};
    one.actor = told.act.actor;
    one.reason = told.act.reason;
    one.full_access = told.access == "full";
    one.exempt = told.exempt;
    if (!told.plan.empty()) {
        one.plan = told.plan;
    }
    for (const std::string& each : told.features) {
        const auto equals = each.find('=');
        const auto value =
            equals == std::string::npos ? std::nullopt : value_from(each.substr(equals + 1));
        if (!value || equals == 0) {
            warn("--feature: must be NAME=LIMIT, NAME=unlimited or NAME=true\n");
            return std::nullopt;
        }
        one.features[each.substr(0, equals)] = *value;
    }
    const bool lasting = one.plan || one.full_access || one.exempt || !one.features.empty();
    if (!told.extend_trial.empty()) {
        const auto span = duration_from(told.extend_trial);
        if (!span || span->count() <= 0 || *span > std::chrono::days{3650}) {
            warn("--extend-trial: must be a duration like 14d, of 10 years at most\n");
            return std::nullopt;
        }
        one.trial_extension = span->count();
    }
    if (lasting == one.trial_extension.has_value()) {
        warn(
            "{}\n",
            lasting ? "--extend-trial: is a grant of its own, beside no other flag"
                    : "give something: --plan, --access, --feature, --exempt or --extend-trial"
        );
        return std::nullopt;
    }
    if (!told.until.empty()) {
        one.until = moment_from(told.until);
    }
    if (lasting ? !one.until.has_value() : !told.until.empty()) {
        warn(
            "{}\n",
            lasting ? "--until: a grant needs its end, a day or a time like 2027-03-01T12:00:00Z"
                    : "--until: a longer trial ends by itself"
        );
        return std::nullopt;
    }
    return one;
}

// False, and said why: the plans in force do not have what is given.
bool is_listed(const grant& one, const catalogue& plans) {
    if (one.plan && plans.find(*one.plan) == nullptr) {
        std::string keys;
        for (const plan& each : plans.plans) {
            keys += " " + each.key;
        }
        warn("--plan: the plans in force are{}\n", keys);
        return false;
    }
    const auto types = feature_types(plans);
    for (const auto& [name, value] : one.features) {
        const auto listed = types.find(name);
        if (listed == types.end()) {
            std::string names;
            for (const auto& [known, type] : types) {
                names += " " + known;
            }
            warn(
                "--feature: {} is a feature of no plan in force; they have{}\n",
                name,
                names.empty() ? " none" : names
            );
            return false;
        }
        const bool is_switch = listed->second == feature_type::on_or_off;
        if (is_switch != std::holds_alternative<bool>(value)) {
            warn(
                "--feature: {} is a {}: {}\n",
                name,
                to_word(listed->second),
                is_switch ? "true" : "a number or unlimited"
            );
            return false;
        }
    }
    return true;
}

// What its organization's answer is now, and what it will be.
struct effect_of_grant {
    standing before;
    standing after;
    std::optional<instant> trial_end;  // then
};

std::string json_of(const grant& one, const effect_of_grant& what) {
    json::writer out;
    out.begin_object()
        .member("id", one.id.text())
        .member("organization", one.organization.text())
        .member("gives", gift_in_words(one))
        .member("until", one.until)
        .member("trial_end", one.trial_extension ? what.trial_end : std::nullopt)
        .member("actor", one.actor)
        .member("reason", one.reason)
        .key("before");
    add_standing(out, what.before);
    out.key("after");
    add_standing(out, what.after);
    return out.end_object().take();
}

void report(const grant& one, const effect_of_grant& what) {
    tell(
        "{}: {} gets {}{}\n  now:  {}\n  then: {}\nbillhook status --wait 60s tells when it is "
        "folded\n",
        one.id.text(),
        one.organization.text(),
        gift_in_words(one),
        one.until        ? " until " + to_words(*one.until)
        : what.trial_end ? ", so that it ends " + to_words(*what.trial_end)
                         : "",
        in_short(what.before),
        in_short(what.after)
    );
}

exit_code give(const settings& told, grant one, bool as_json) {
    postgres::connection database(database_of(told));
    one.created = database_time(database.raw());
    effect_of_grant what;
    {
        snapshot_reader from(database);
        if (!is_known_organization(from, one.organization)) {
            warn(
                "{}: neither the log nor public.organizations knows such an organization\n",
                one.organization.text()
            );
            return exit_code::no;
        }
        const auto plans = postgres::plans_in_force(from.in()).text.plans;
        if (!is_listed(one, plans)) {
            return exit_code::usage;
        }
        if (one.until && *one.until <= one.created) {
            warn("--until: {} is over\n", to_words(*one.until));
            return exit_code::usage;
        }
        one.id = grant_id(one);
        auto facts = read_organization(from, one.organization);
        what.before = standing_at(facts, plans, from.horizon());
        facts.grants.push_back(one);
        what.after = standing_at(facts, plans, from.horizon());
        what.trial_end = trial_end_of(facts, plans);
    }
    if (one.trial_extension && what.trial_end <= one.created) {
        warn(
            "{}: its trial would have ended {} all the same; give it longer\n",
            one.organization.text(),
            to_words(*what.trial_end)
        );
        return exit_code::no;
    }
    if (const auto code = publish_act(told, message_of(one)); code != exit_code::done) {
        return code;
    }
    as_json ? tell("{}\n", json_of(one, what)) : report(one, what);
    return exit_code::done;
}

}  // namespace

exit_code run_grant(arguments given) {
    command_line line(
        "billhook grant",
        "Gives an organization something until an end, whatever its subscription says. It enters "
        "the log like an\nevent, ends by itself, and can be taken back by billhook revoke.\n"
        "Exit codes: 0 given; 1 no such organization, or a trial that would be over; 2 usage, or "
        "not in the plans\nin force; 3 Kafka or Postgres is away.",
        "  billhook grant org_1 --plan pro --until 2027-03-01 --reason 'a pilot'   full access on "
        "at least pro\n"
        "  billhook grant org_1 --feature patients_max=200 --until 2027-03-01 --reason 'a "
        "migration'\n"
        "  billhook grant org_1 --access full --exempt --until 2027-03-01 --reason 'their bank'   "
        "no dunning\n"
        "  billhook grant org_1 --extend-trial 14d --reason 'was on holiday'   its own trial, not "
        "Stripe's\n"
    );
    grant_flags told;
    auto flags = line.flags();
    flags.add_option("organization", told.organization, "the application's id").required();
    flags.add_option("--plan", told.plan, "full access on at least this plan");
    flags.add_option("--access", told.access, "on whatever plan it has").one_of({"full"});
    flags.add_option("--feature", told.features, "at least this; NAME=LIMIT or NAME=true");
    flags.add_flag("--exempt", told.exempt, "its dunning stands still, and nothing is told");
    flags.add_option("--until", told.until, "the end: a day (00:00 UTC) or a time");
    flags.add_option("--extend-trial", told.extend_trial, "of the organization's own trial: 14d");
    add_act_flags(flags, told.act);
    flags.add_flag(
        "--json", told.json, "one JSON object: the grant, the standing before and after"
    );
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (!is_plain_text(told.organization, 255)) {
        warn("organization: must be text of 1 to 255 bytes\n");
        return exit_code::usage;
    }
    const auto one = check_act(told.act) ? read_gift(told) : std::nullopt;
    if (!one) {
        return exit_code::usage;
    }
    const auto settings_told = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&settings_told)) {
        return *code;
    }
    return give(std::get<settings>(settings_told), *one, told.json);
}

}  // namespace billhook
