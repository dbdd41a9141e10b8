#include "schemas/io/postgres/connection.hpp"
#include "schemas/messages/mapping.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/linking.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/loads.hpp"

#include <algorithm>

namespace billhook {

namespace {

struct unlink_flags {
    std::vector<std::string> ids;  // [ORGANIZATION] CUSTOMER
    std::string subscription;
    act_flags act;
    bool json = false;
};

// The latest record that says something of the customer, or of that subscription of it.
const mapping* latest_of(const known_claims& known, const mapping& of) {
    const mapping* latest = nullptr;
    for (const mapping& each : known.mappings) {
        if (each.customer == of.customer && each.subscription == of.subscription &&
            (latest == nullptr ||
             std::tie(latest->created, latest->id) < std::tie(each.created, each.id))) {
            latest = &each;
        }
    }
    return latest;
}

std::variant<std::vector<owned_object>, exit_code> look(
    postgres::connection& database,
    const unlink_flags& told,
    mapping& what
) {
    snapshot_reader from(database);
    if (what.subscription) {
        const auto found =
            run(from.tables(), loads::of_subscriptions, array_of(std::vector{*what.subscription}));
        what.customer = found.empty() ? std::nullopt : found.front().state.customer;
    }
    const auto known =
        what.customer ? read_claims(from, {*what.customer}).at(*what.customer) : known_claims{};
    const mapping* const said = what.customer ? latest_of(known, what) : nullptr;
    if (said == nullptr || !said->organization) {
        warn(
            "{}: no {} says whose it is\n",
            what.subscription ? told.subscription : told.ids.back(),
            what.subscription ? "override" : "link"
        );
        return exit_code::no;
    }
    if (told.ids.size() > 1 && said->organization->text() != told.ids.front()) {
        warn(
            "{}: is linked to {} and not to {}\n",
            told.ids.back(),
            said->organization->text(),
            told.ids.front()
        );
        return exit_code::no;
    }
    what.id = link_id(what.organization, what.customer, what.created);
    return effect_of(what, known);
}

exit_code unlink(const settings& all, const unlink_flags& told) {
    postgres::connection database({all.database.url, "billhook unlink"});
    mapping what;
    if (told.subscription.empty()) {
        what.customer = customer_id{told.ids.back()};
    } else {
        what.subscription = subscription_id{told.subscription};
    }
    what.actor = told.act.actor;
    if (!told.act.reason.empty()) {
        what.reason = told.act.reason;
    }
    what.created = database_time(database.raw());
    const auto found = look(database, told, what);
    if (const auto* code = std::get_if<exit_code>(&found)) {
        return *code;
    }
    const auto& objects = std::get<std::vector<owned_object>>(found);
    if (const auto code = publish_act(all, message_of_link(what)); code != exit_code::done) {
        return code;
    }
    if (told.json) {
        tell("{}\n", link_json(what, objects));
    } else {
        tell(
            "{}{}: taken back; billhook status --wait 60s tells when it is folded\n",
            own_lines{in_words(objects)},
            what.id.text()
        );
    }
    return exit_code::done;
}

}  // namespace

exit_code run_unlink(arguments given) {
    command_line line(
        "billhook unlink",
        "Takes back what a link or the application's own table said of a customer, or an override "
        "of a subscription.\nWhat Stripe says of it counts again.\n"
        "Exit codes: 0 taken back; 1 nothing of the kind was said; 2 usage; 3 Kafka or Postgres is "
        "away.",
        "  billhook unlink cus_1Nabc --reason 'the wrong one'\n"
        "  billhook unlink org_1 cus_1Nabc                     only if it is that one's\n"
        "  billhook unlink --subscription sub_1Nabc            takes an override back\n"
    );
    unlink_flags told;
    auto flags = line.flags();
    flags.add_option("ids", told.ids, "[ORGANIZATION] CUSTOMER");
    flags.add_option("--subscription", told.subscription, "the override of this one");
    add_act_flags(flags, told.act, false);
    flags.add_flag("--json", told.json, "one JSON object: the record, and whose each object was");
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const bool one_of_both = told.ids.empty() != told.subscription.empty();
    const bool right =
        told.subscription.empty() ? told.ids.size() <= 2 : told.subscription.starts_with("sub_");
    if (!one_of_both || !right ||
        (!told.ids.empty() && told.ids.back().find("cus_") == std::string::npos)) {
        warn("say which customer (cus_...), or which --subscription (sub_...)\n");
        return exit_code::usage;
    }
    const auto all = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&all)) {
        return *code;
    }
    return check_act(told.act, false) ? unlink(std::get<settings>(all), told) : exit_code::usage;
}

}  // namespace billhook
