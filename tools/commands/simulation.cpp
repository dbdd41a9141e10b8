#include "tools/commands/simulation.hpp"

#include "tools/simulator/comparison.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <ios>
#include <set>
#include <string_view>

namespace billhook {

namespace {

namespace boost_json = boost::json;

boost_json::value text_or_null(const std::string& text) {
    return text.empty() ? boost_json::value(nullptr) : boost_json::value(text);
}

std::ofstream create(const std::filesystem::path& path) {
    std::ofstream out;
    out.exceptions(std::ios::failbit | std::ios::badbit);
    out.open(path, std::ios::binary | std::ios::trunc);
    return out;
}

boost_json::object organization_of(
    const simulator::organization_life& life,
    const catalogue& plans,
    instant end
) {
    const auto expected = simulator::answer_at(life.as_subject(), plans, end);
    boost_json::object out;
    out["organization"] = life.organization.text();
    out["life"] = life.name;
    if (life.row) {
        boost_json::object row;
        row["created_at"] = to_rfc3339(life.row->created_at);
        row["stripe_customer_id"] = text_or_null(life.row->stripe_customer);
        out["row"] = std::move(row);
    } else {
        out["row"] = nullptr;
    }
    out["at"] = to_rfc3339(end);
    out["plan"] = text_or_null(expected.plan);
    out["subscription_status"] = expected.subscription_status;
    out["access"] = expected.access;
    out["reason"] = expected.reason;
    out["unlisted"] = expected.unlisted;
    out["quantity"] = expected.quantity ? boost_json::value(*expected.quantity) : nullptr;
    simulator::add_terms(out, expected.terms);
    simulator::add_waiting(out, expected.waits);
    return out;
}

}  // namespace

void write_simulation(
    const std::string& folder,
    const std::vector<simulator::organization_life>& lives,
    const std::vector<simulator::planned_delivery>& plan,
    const catalogue& plans,
    instant end
) {
    const std::filesystem::path root(folder);
    std::filesystem::create_directories(root / "events");
    auto deliveries = create(root / "deliveries.jsonl");
    for (std::size_t at = 0; at < plan.size(); ++at) {
        const auto name = fmt::format("events/{:06}.json", at + 1);
        auto out = create(root / name);
        out << *plan[at].body;
        boost_json::object row;
        row["file"] = name;
        row["event"] = *plan[at].event;
        row["organization"] = lives[plan[at].life].organization.text();
        row["endpoint"] = plan[at].endpoint;
        deliveries << boost_json::serialize(row) << '\n';
    }
    auto organizations = create(root / "organizations.jsonl");
    for (const auto& life : lives) {
        organizations << boost_json::serialize(organization_of(life, plans, end)) << '\n';
    }
}

void write_lost(
    const std::string& file,
    const std::vector<simulator::organization_life>& lives,
    const std::vector<simulator::planned_delivery>& plan
) {
    std::set<std::string_view> sent;
    for (const auto& each : plan) {
        sent.insert(*each.event);
    }
    auto out = create(file);
    for (const auto& life : lives) {
        if (!life.stripe) {
            continue;
        }
        for (const auto& event : life.stripe->events()) {
            if (!sent.contains(event.id)) {
                boost_json::object line;
                line["event"] = event.id;
                line["type"] = event.type;
                line["object"] = event.object;
                out << boost_json::serialize(line) << '\n';
            }
        }
    }
}

}  // namespace billhook
