#include "schemas/io/postgres/connection.hpp"
#include "schemas/messages/mapping.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/link_list.hpp"
#include "tools/commands/link_many.hpp"
#include "tools/commands/linking.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/loads.hpp"

#include <algorithm>

namespace billhook {

namespace {

struct link_flags {
    std::string organization;
    std::string customer;
    std::string subscription;
    bool override_stripe = false;
    link_many_flags many;  // what counts for one counts for many
};

// What is wrong with what was typed; empty: nothing.
std::string wrong_with(const link_flags& told) {
    if (!told.many.file.empty()) {
        const bool one = !(told.organization + told.customer + told.subscription).empty();
        return one ? "--csv: says whose all of them are" : "";
    }
    if (told.subscription.empty()) {
        if (told.customer.empty()) {
            return "say which customer, which --subscription, or --csv FILE";
        }
        return told.override_stripe ? "--override: is for --subscription"
                                    : wrong_with_link(told.organization, told.customer);
    }
    if (!told.customer.empty()) {
        return "say which customer, or which --subscription, and not both";
    }
    return told.override_stripe ? wrong_with_override(told.organization, told.subscription)
                                : "--subscription: needs --override, for it stands before all that "
                                  "Stripe says of it";
}

// The subscription's present customer: an override counts for it alone.
std::optional<customer_id> customer_of(snapshot_reader& from, const std::string& subscription) {
    const auto found =
        run(from.tables(), loads::of_subscriptions, array_of(std::vector{subscription}));
    return found.empty() ? std::nullopt : found.front().state.customer;
}

// What will be said, and what follows; or why not.
std::variant<std::vector<owned_object>, exit_code> look(
    postgres::connection& database,
    const link_flags& told,
    mapping& what
) {
    snapshot_reader from(database);
    if (!told.many.is_new && !is_known_organization(from, *what.organization)) {
        warn(
            "{}: neither the log nor public.organizations knows such an organization; --new if it "
            "is to begin\n",
            told.organization
        );
        return exit_code::no;
    }
    if (what.subscription) {
        what.customer = customer_of(from, told.subscription);
        if (!what.customer) {
            warn("{}: no event ever named it with a customer\n", told.subscription);
            return exit_code::no;
        }
    }
    const auto known = read_claims(from, {*what.customer}).at(*what.customer);
    if (!known.customer) {
        warn("{}: no event ever named it\n", own_part(*what.customer));
    }
    what.id = link_id(what.organization, what.customer, what.created);
    auto objects = effect_of(what, known);
    if (what.subscription) {
        std::erase_if(objects, [&](const owned_object& each) {
            return each.id != own_part(*what.subscription);
        });
    }
    return objects;
}

exit_code link(const settings& all, const link_flags& told) {
    postgres::connection database(database_of(all));
    mapping what;
    what.organization = organization_id{told.organization};
    if (told.subscription.empty()) {
        what.customer = customer_id{told.customer};
    } else {
        what.subscription = subscription_id{told.subscription};
    }
    what.actor = told.many.act.actor;
    if (!told.many.act.reason.empty()) {
        what.reason = told.many.act.reason;
    }
    what.created = database_time(database.raw());
    const auto found = look(database, told, what);
    if (const auto* code = std::get_if<exit_code>(&found)) {
        return *code;
    }
    const auto& objects = std::get<std::vector<owned_object>>(found);
    if (!told.many.json) {
        tell("{}", own_lines{in_words(objects)});
    }
    const auto against = stands_against(what, objects);
    if (told.many.dry_run) {
        if (told.many.json) {
            tell("{}\n", link_json(what, objects));
        }
        if (!against.empty()) {
            warn("{} It will want --yes.\n", against);
        }
        return exit_code::done;
    }
    if (!against.empty() && !confirmed(told.many.yes, against)) {
        return exit_code::refused;
    }
    if (const auto code = publish_act(all, message_of_link(what)); code != exit_code::done) {
        return code;
    }
    if (told.many.json) {
        tell("{}\n", link_json(what, objects));
        return exit_code::done;
    }
    tell(
        "{}: {} is {}; billhook status --wait 60s tells when it is folded\n",
        what.id.text(),
        told.organization,
        own_part(*what.customer)
    );
    return exit_code::done;
}

}  // namespace

exit_code run_link(arguments given) {
    command_line line(
        "billhook link",
        "Says that an organization is that Stripe customer. The record enters the log like an\n"
        "event; metadata and Checkout sessions that name an organization still come first. With\n"
        "--override one subscription is that organization's, whatever Stripe says of it; billhook\n"
        "unlink takes either back.\n"
        "Exit codes: 0 said; 1 no such organization or subscription; 2 usage; 3 Kafka or Postgres "
        "is away;\n4 something stronger stands against it, and nobody said --yes.",
        "  billhook link org_1 cus_1Nabc          what will change is printed first\n"
        "  billhook link org_1 cus_1Nabc --yes    also where it leaves another organization\n"
        "  billhook link org_9 cus_1Nabc --new    an organization that nothing knows yet\n"
        "  billhook link --csv links.csv --dry-run     many at once: all are checked before one "
        "is said\n"
        "  billhook link --subscription sub_1Nabc org_1 --override --reason 'sold with the "
        "practice'\n"
    );
    link_flags told;
    auto flags = line.flags();
    flags.add_option("organization", told.organization, "the application's id");
    flags.add_option("customer", told.customer, "Stripe's customer id");
    flags.add_option("--subscription", told.subscription, "this one alone, with --override");
    flags.add_flag("--override", told.override_stripe, "before all that Stripe says of it");
    flags.add_option("--csv", told.many.file, "many: a file of lines ORGANIZATION,CUSTOMER");
    flags.add_flag("--new", told.many.is_new, "the organization may be one that nothing knows");
    flags.add_flag("--yes", told.many.yes, "do not ask where something stronger stands against it");
    flags.add_flag("--dry-run", told.many.dry_run, "say what would change, and publish nothing");
    add_act_flags(flags, told.many.act, false);
    flags.add_flag(
        "--json", told.many.json, "one JSON object: the record, and whose each object was"
    );
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (const auto wrong = wrong_with(told); !wrong.empty()) {
        warn("{}\n", wrong);
        return exit_code::usage;
    }
    const auto all = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&all)) {
        return *code;
    }
    if (!check_act(told.many.act, false)) {
        return exit_code::usage;
    }
    const auto& known = std::get<settings>(all);
    return told.many.file.empty() ? link(known, told) : link_many(known, told.many);
}

}  // namespace billhook
