#include "tools/commands/link_many.hpp"

#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/bounded_file.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/link_list.hpp"
#include "tools/commands/linking.hpp"
#include "tools/commands/printing.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t largest_file = 64U << 20U;
constexpr std::size_t lines_at_once = 500;  // that Postgres is asked about

struct planned_link {
    std::size_t line = 0;
    mapping what;
    std::vector<owned_object> objects;
    bool is_heard_of = false;  // some event named the customer
    bool is_said = false;      // it changes nothing
};

struct plan_of_links {
    std::vector<planned_link> links;
    std::vector<list_mistake> mistakes;  // organizations that nothing knows
    std::vector<list_mistake> against;   // what is stronger than a line
};

mapping said_by(const listed_link& one, const act_flags& act, instant now) {
    mapping what;
    what.organization = one.organization;
    what.customer = one.customer;
    what.actor = act.actor;
    what.reason = acting_of(act).reason;
    what.created = now;
    what.id = link_id(what.organization, what.customer, what.created);
    return what;
}

void plan_some(
    snapshot_reader& from,
    std::span<const listed_link> some,
    const link_many_flags& told,
    instant now,
    plan_of_links& into
) {
    std::vector<organization_id> organizations;
    std::vector<customer_id> customers;
    for (const listed_link& each : some) {
        organizations.push_back(each.organization);
        customers.push_back(each.customer);
    }
    const auto known = known_organizations(from, organizations);
    const auto claims = read_claims(from, customers);
    for (const listed_link& each : some) {
        if (!told.is_new && !known.contains(each.organization)) {
            into.mistakes.push_back(
                {each.line,
                 each.organization.text() +
                     ": neither the log nor public.organizations knows such an organization"}
            );
            continue;
        }
        const known_claims& of_it = claims.at(each.customer);
        planned_link& next = into.links.emplace_back();
        next.line = each.line;
        next.what = said_by(each, told.act, now);
        next.objects = effect_of(next.what, of_it);
        next.is_heard_of = of_it.customer.has_value();
        next.is_said = is_said(next.what, of_it);
        auto why = next.is_said ? std::string() : stands_against(next.what, next.objects);
        if (!why.empty()) {
            into.against.push_back({each.line, std::move(why)});
        }
    }
}

plan_of_links plan_links(
    postgres::connection& database,
    std::span<const listed_link> links,
    const link_many_flags& told
) {
    const instant now = database_time(database.raw());
    snapshot_reader from(database);
    plan_of_links all;
    while (!links.empty()) {
        const auto some = links.first(std::min(lines_at_once, links.size()));
        plan_some(from, some, told, now, all);
        links = links.subspan(some.size());
    }
    return all;
}

void report_mistakes(const std::vector<list_mistake>& all, const link_many_flags& told) {
    for (const list_mistake& each : all) {
        warn("{}:{}: {}\n", told.file, each.line, each.what);
    }
    if (told.json) {
        json::writer out;
        out.begin_object().member("published", std::int64_t{0}).key("mistakes").begin_array();
        for (const list_mistake& each : all) {
            out.begin_object()
                .member("line", static_cast<std::int64_t>(each.line))
                .member("what", each.what)
                .end_object();
        }
        tell("{}\n", out.end_array().end_object().take());
    }
}

std::string in_lines(const std::vector<list_mistake>& all) {
    std::string text;
    for (const list_mistake& each : all) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", each.line, harmless(each.what));
    }
    return text;
}

void report(const plan_of_links& plan, std::size_t published, const link_many_flags& told) {
    const auto said = static_cast<std::size_t>(
        std::ranges::count_if(plan.links, [](const auto& each) { return each.is_said; })
    );
    if (!told.json) {
        tell(
            "{} of {} {}; {} said already{}\n",
            told.dry_run ? plan.links.size() - said : published,
            plan.links.size(),
            told.dry_run ? "would be published" : "are published",
            said,
            told.dry_run || published == 0 ? ""
                                           : "; billhook status --wait 60s tells when they are "
                                             "folded"
        );
        return;
    }
    json::writer out;
    out.begin_object()
        .member("published", static_cast<std::int64_t>(published))
        .member("said_already", static_cast<std::int64_t>(said))
        .key("links")
        .begin_array();
    for (const planned_link& each : plan.links) {
        out.begin_object()
            .member("line", static_cast<std::int64_t>(each.line))
            .member("said_already", each.is_said)
            .member("heard_of", each.is_heard_of)
            .key("link");
        add_link(out, each.what, each.objects);
        out.end_object();
    }
    tell("{}\n", out.end_array().end_object().take());
}

void report_lines(const plan_of_links& plan) {
    for (const planned_link& each : plan.links) {
        tell(
            "{}: {} is {}{}\n{}",
            each.line,
            own_part(*each.what.customer),
            each.what.organization->text(),
            each.is_said       ? ", as was said already"
            : each.is_heard_of ? ""
                               : "; no event ever named it",
            own_lines{each.is_said ? "" : in_words(each.objects)}
        );
    }
}

}  // namespace

exit_code link_many(const settings& all, const link_many_flags& told) {
    const auto text = read_bounded(told.file, largest_file);
    if (!text) {
        warn("{}: {}\n", told.file, to_words(text.error()));
        return exit_code::usage;
    }
    const auto links = read_links(*text);
    if (!links) {
        report_mistakes(links.error(), told);
        return exit_code::usage;
    }
    postgres::connection database(database_of(all));
    const auto plan = plan_links(database, *links, told);
    if (!plan.mistakes.empty()) {
        report_mistakes(plan.mistakes, told);
        return exit_code::no;
    }
    if (!told.json) {
        report_lines(plan);
    }
    if (told.dry_run) {
        if (!plan.against.empty()) {
            warn("{}\nIt will want --yes.\n", own_lines{in_lines(plan.against)});
        }
        report(plan, 0, told);
        return exit_code::done;
    }
    if (!plan.against.empty() && !confirmed(told.yes, in_lines(plan.against))) {
        return exit_code::refused;
    }
    std::vector<message> records;
    for (const planned_link& each : plan.links) {
        if (!each.is_said) {
            records.push_back(message_of_link(each.what));
        }
    }
    if (const auto code = publish_acts(all, records); code != exit_code::done) {
        return code;
    }
    report(plan, records.size(), told);
    return exit_code::done;
}

}  // namespace billhook
