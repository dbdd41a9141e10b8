#include "tools/commands/linking.hpp"

#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/types/text.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/loads.hpp"

#include <fmt/format.h>
#include <iostream>
#include <set>
#include <unistd.h>

namespace billhook {

namespace {

constexpr load_statement<subscription_row, 1> load_subscriptions_of{
    "load subscriptions of customers",
    tables::subscriptions,
    "a.customer = ANY ($1::text[])"};

std::vector<owned_object> owned(const known_claims& known, const customer_id& customer) {
    const claims all{known.sessions, known.mappings};
    const auto metadata = known.customer ? known.customer->state.organization : std::nullopt;
    const auto of_customer = claim_on_customer(customer, metadata, all);
    std::vector<owned_object> objects;
    objects.push_back({own_part(customer), of_customer, std::nullopt});
    for (const subscription_row& each : known.subscriptions) {
        objects.push_back(
            {own_part(each.id),
             claim_on_subscription(
                 each.id,
                 each.state,
                 all,
                 of_customer ? std::optional{of_customer->organization} : std::nullopt
             ),
             std::nullopt}
        );
    }
    return objects;
}

std::string in_words(const std::optional<organization_claim>& one) {
    return one ? fmt::format("{} (by {})", harmless(one->organization.text()), to_word(one->by))
               : "nobody's";
}

void put(json::writer& out, std::string_view name, const std::optional<organization_claim>& one) {
    out.key(name);
    if (!one) {
        out.add(nullptr);
        return;
    }
    out.begin_object()
        .member("organization", one->organization.text())
        .member("by", one->by)
        .end_object();
}

}  // namespace

std::map<customer_id, known_claims> read_claims(
    snapshot_reader& from,
    const std::vector<customer_id>& of
) {
    std::map<customer_id, known_claims> all;
    for (const customer_id& each : of) {
        all.emplace(each, known_claims{});
    }
    const auto tables = from.tables();
    const auto customers = array_of(of);
    for (auto& each : run(tables, loads::of_customers, customers)) {
        if (each.known) {
            all.at(customer_id{each.key}).customer = std::move(each);
        }
    }
    std::map<subscription_id, customer_id> owners;
    std::vector<subscription_id> subscriptions;
    for (auto& each : run(tables, load_subscriptions_of, customers)) {
        owners.emplace(each.id, *each.state.customer);
        subscriptions.push_back(each.id);
        all.at(*each.state.customer).subscriptions.push_back(std::move(each));
    }
    for (auto& each :
         run(tables, loads::of_checkout_sessions, "{}", customers, array_of(subscriptions))) {
        std::set<customer_id> whose;
        if (each.customer && all.contains(*each.customer)) {
            whose.insert(*each.customer);
        }
        if (each.subscription && owners.contains(*each.subscription)) {
            whose.insert(owners.at(*each.subscription));
        }
        for (const customer_id& one : whose) {
            all.at(one).sessions.push_back(each);
        }
    }
    for (auto& each : run(tables, loads::of_mappings, "{}", customers)) {
        all.at(*each.customer).mappings.push_back(std::move(each));
    }
    return all;
}

bool owned_object::moves() const {
    const auto whose = [](const std::optional<organization_claim>& one) {
        return one ? std::optional{one->organization} : std::nullopt;
    };
    return whose(before) != whose(after);
}

std::vector<owned_object> effect_of(const mapping& what, const known_claims& known) {
    auto objects = owned(known, *what.customer);
    auto then = known;
    then.mappings.push_back(what);
    const auto after = owned(then, *what.customer);
    for (std::size_t at = 0; at < objects.size(); ++at) {
        objects[at].after = after[at].before;
    }
    return objects;
}

bool is_said(const mapping& what, const known_claims& known) {
    const auto record = claim_on_customer(*what.customer, std::nullopt, {{}, known.mappings});
    if (record && record->by == claimed_by::mapping_record) {
        return record->organization == what.organization;
    }
    const auto metadata = known.customer ? known.customer->state.organization : std::nullopt;
    const auto now = claim_on_customer(*what.customer, metadata, {known.sessions, known.mappings});
    return now && now->by != claimed_by::client_reference && now->organization == what.organization;
}

std::string stands_against(const mapping& what, const std::vector<owned_object>& objects) {
    if (what.subscription) {
        return {};  // --override says so
    }
    const owned_object& customer = objects.front();
    if (organization_of(customer.after) != what.organization) {
        return fmt::format(
            "{} stays {}'s: its {} comes before a link.",
            harmless(customer.id),
            harmless(customer.after->organization.text()),
            to_word(customer.after->by)
        );
    }
    if (customer.before && customer.moves()) {
        return fmt::format(
            "{} leaves {}, which it is now by its {}.",
            harmless(customer.id),
            harmless(customer.before->organization.text()),
            to_word(customer.before->by)
        );
    }
    return {};
}

message message_of_link(const mapping& what) {
    record said;
    said.key = own_part(*what.customer);
    said.endpoint = what.subscription ? "operator" : "link";
    said.body = to_json(what);
    said.event_id = what.id.text();
    said.event_type = "billhook.mapping";
    said.received_at = what.created;
    said.source = what.subscription ? record_source_kind::by_operator : record_source_kind::mapping;
    auto headers = headers_of(said);
    return {topics::stripe_events, said.key, said.body, std::move(headers)};
}

std::string in_words(const std::vector<owned_object>& all) {
    std::string text;
    for (const owned_object& each : all) {
        text += each.moves()
                    ? fmt::format(
                          "  {}: {} -> {}\n",
                          harmless(each.id),
                          in_words(each.before),
                          in_words(each.after)
                      )
                    : fmt::format("  {}: stays {}\n", harmless(each.id), in_words(each.after));
    }
    return text;
}

void add_link(json::writer& out, const mapping& what, const std::vector<owned_object>& all) {
    out.begin_object()
        .member("id", what.id.text())
        .member("organization", what.organization)
        .member("customer", own_part(*what.customer))
        .member("subscription", what.subscription)
        .member("actor", what.actor)
        .member("reason", what.reason)
        .key("objects")
        .begin_array();
    for (const owned_object& each : all) {
        out.begin_object().member("id", each.id).member("moves", each.moves());
        put(out, "before", each.before);
        put(out, "after", each.after);
        out.end_object();
    }
    out.end_array().end_object();
}

std::string link_json(const mapping& what, const std::vector<owned_object>& all) {
    json::writer out;
    add_link(out, what, all);
    return out.take();
}

bool confirmed(bool yes, const std::string& why, const std::string& undone) {
    if (yes) {
        return true;
    }
    warn("{}\n", own_lines{why});
    if (isatty(STDIN_FILENO) == 0) {
        warn("{}; say --yes if it is meant.\n", undone);
        return false;
    }
    warn("Is it meant? [y/N] ");
    std::string answer;
    return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

}  // namespace billhook
