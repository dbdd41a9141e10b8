#include "tools/commands/comparison.hpp"

#include "tools/commands/text_table.hpp"

#include <fmt/format.h>
#include <set>

namespace billhook {

namespace {

std::string balance_text(const std::string& name, const balance& of) {
    return fmt::format(
        "{}: {} records consumed {} {} deliveries + {} dead letters\n",
        name,
        of.consumed,
        of.holds() ? "=" : "IS NOT",
        of.deliveries,
        of.dead_letters
    );
}

void put_balance(json::writer& out, std::string_view key, const balance& of) {
    out.key(key)
        .begin_object()
        .member("consumed", of.consumed)
        .member("deliveries", of.deliveries)
        .member("dead_letters", of.dead_letters)
        .end_object();
}

// Organizations of which a row or the standing differs.
std::set<std::string> organizations_named(const comparison& in) {
    std::set<std::string> named;
    for (const row_difference& each : in.rows) {
        if (!each.organization.empty()) {
            named.insert(each.organization);
        }
    }
    for (const standing_divergence& each : in.standings) {
        named.insert(each.organization.text());
    }
    return named;
}

}  // namespace

bool comparison::is_equal() const {
    return rows.empty() && (standings.empty() || !same_fold) && balance_of_live.holds() &&
           balance_of_built.holds();
}

std::string comparison::text() const {
    std::string all;
    if (!rows.empty()) {
        text_table table({"table", "row", "organization", "what differs"});
        for (const row_difference& each : rows) {
            table.add(
                {each.table,
                 each.key,
                 each.organization.empty() ? "-" : each.organization,
                 each.what}
            );
        }
        all += fmt::format("first: {}, second: {}\n{}\n", live, built, table.text());
    }
    if (!same_fold) {
        all += fmt::format(
            "{} was built by another version of the fold: compared are the journal's events and "
            "the balance; standings are as a promote changes them\n",
            live
        );
    }
    if (!standings.empty()) {
        text_table table({"organization", "what differs"});
        for (const standing_divergence& each : standings) {
            table.add({each.organization.text(), each.what});
        }
        all += table.text() + "\n";
    }
    if (balance_of_live.consumed + balance_of_built.consumed > 0) {
        all += balance_text(live, balance_of_live) + balance_text(built, balance_of_built);
    }
    return all + fmt::format(
                     "{} organizations compared, {} differ\n",
                     organizations,
                     organizations_named(*this).size()
                 );
}

void comparison::put(json::writer& out) const {
    out.member("organizations", organizations);
    put_balance(out, live, balance_of_live);
    put_balance(out, built, balance_of_built);
    out.key("rows").begin_array();
    for (const row_difference& each : rows) {
        out.begin_object()
            .member("table", each.table)
            .member("key", each.key)
            .member("organization", each.organization)
            .member("what", each.what)
            .end_object();
    }
    out.end_array().key("standings").begin_array();
    for (const standing_divergence& each : standings) {
        out.begin_object()
            .member("organization", each.organization.text())
            .member("what", each.what)
            .end_object();
    }
    out.end_array();
}

}  // namespace billhook
