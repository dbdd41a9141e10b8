#pragma once

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/preflight.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/types/instant.hpp"

#include <pqxx/connection>

#include <cstdint>
#include <string>
#include <vector>

// The checks of `billhook doctor`: each says what is so and what to do about it. They change
// nothing.
namespace billhook {

enum class severity : std::uint8_t { wrong, doubtful };

struct doctor_finding {
    severity how = severity::wrong;
    std::string about;   // kafka, postgres, roles, clock, organizations, plans, notices, pauses,
                         // debts, stripe, clerk
    std::string text;    // what is so
    std::string remedy;  // what to do
    bool may_be_accepted = false;  // by allow_weak_durability
    bool unreachable = false;      // the server did not answer
};

// Each throws what its adapter throws when the server does not answer.
void check_topics(kafka::admin& cluster, std::vector<doctor_finding>& found);
void check_database(pqxx::connection& in, std::vector<doctor_finding>& found);
void check_migrations(pqxx::connection& in, bool livemode, std::vector<doctor_finding>& found);
// Needs both servers.
void check_partitions(
    pqxx::connection& in,
    kafka::admin& cluster,
    std::vector<doctor_finding>& found
);
// Claims of notices that never came to an end.
void check_notices(pqxx::connection& in, std::vector<doctor_finding>& found);
void check_grants(pqxx::connection& in, std::vector<doctor_finding>& found);
void check_roles(pqxx::connection& in, std::vector<doctor_finding>& found);
void check_clock(pqxx::connection& in, instant local, std::vector<doctor_finding>& found);
void check_plans(pqxx::connection& in, const catalogue& file, std::vector<doctor_finding>& found);
// Subscriptions of which no event has told why they are paused.
void check_pauses(pqxx::connection& in, std::vector<doctor_finding>& found);
// Subscriptions that owe, of which a recovery is only assumed (schemas/messages/reading.hpp).
void check_assumed(pqxx::connection& in, std::vector<doctor_finding>& found);
// Prices that living subscriptions pay and that plans.toml does not know.
void check_unlisted(pqxx::connection& in, std::vector<doctor_finding>& found);
// Customers of nobody, and organizations of which something was not told.
void check_adoption(pqxx::connection& in, std::vector<doctor_finding>& found);
void check_organizations(pqxx::connection& in, std::vector<doctor_finding>& found);

}  // namespace billhook
