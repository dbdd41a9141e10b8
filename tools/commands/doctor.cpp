#include "tools/commands/doctor.hpp"

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/doctor_peers.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"

#include <algorithm>
#include <functional>

namespace billhook {

namespace {

// A server that does not answer is a finding like any other: the rest is still looked at.
void attempt(
    const char* about,
    std::vector<doctor_finding>& found,
    const std::function<void()>& check
) {
    try {
        check();
    } catch (const kafka::failure& failed) {
        found.push_back(
            {severity::wrong,
             about,
             failed.what(),
             "see kafka.brokers, and whether they run",
             false,
             true}
        );
    } catch (const std::exception& failed) {
        found.push_back(
            {severity::wrong,
             about,
             postgres::scrubbed(failed),
             "see database.url (DATABASE_URL), and whether the database runs",
             false,
             true}
        );
    }
}

std::vector<doctor_finding> findings(const settings& told, const std::optional<plans_text>& plans) {
    std::vector<doctor_finding> found;
    attempt("kafka", found, [&] {
        kafka::admin cluster(kafka::client_settings_from(told.kafka));
        check_topics(cluster, found);
    });
    attempt("postgres", found, [&] {
        postgres::connection database(database_of(told));
        check_database(database.raw(), found);
        check_migrations(database.raw(), told.livemode, found);
        check_roles(database.raw(), found);
        check_grants(database.raw(), found);
        check_notices(database.raw(), found);
        check_pauses(database.raw(), found);
        check_assumed(database.raw(), found);
        check_clock(
            database.raw(),
            std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()
            ),
            found
        );
        check_organizations(database.raw(), found);
        check_unlisted(database.raw(), found);
        check_adoption(database.raw(), found);
        if (plans) {
            check_plans(database.raw(), plans->plans, found);
        }
    });
    // What both have to say together; each alone was complained about above.
    if (std::none_of(found.begin(), found.end(), [](const auto& one) { return one.unreachable; })) {
        attempt("kafka", found, [&] {
            kafka::admin cluster(kafka::client_settings_from(told.kafka));
            postgres::connection database(database_of(told));
            check_partitions(database.raw(), cluster, found);
        });
    }
    check_stripe(told, found);
    check_clerk(told, found);
    return found;
}

const char* word_of(severity how) {
    return how == severity::wrong ? "wrong" : "doubtful";
}

void print_json(const std::vector<doctor_finding>& found) {
    json::writer out;
    out.begin_object().key("findings").begin_array();
    for (const auto& one : found) {
        out.begin_object()
            .member("severity", word_of(one.how))
            .member("about", one.about)
            .member("text", one.text)
            .member("remedy", one.remedy)
            .end_object();
    }
    tell("{}\n", out.end_array().end_object().take());
}

}  // namespace

exit_code run_doctor(arguments given) {
    command_line line(
        "billhook doctor",
        "What is wrong with this installation, and what to do. Changes nothing.",
        "  billhook doctor            each finding with its remedy; exit 1 if something is wrong\n"
        "  billhook doctor --json     the same for scripts\n"
    );
    bool as_json = false;
    line.flags().add_flag("--json", as_json, "one JSON object");
    const auto told = line.read(std::move(given), {"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    const auto plans = read_plans_file(all.plans);
    auto found = findings(all, plans);
    // Weak durability that was accepted is worth a word, no more.
    for (auto& one : found) {
        if (all.allow_weak_durability && one.may_be_accepted) {
            one.how = severity::doubtful;
        }
    }
    const bool wrong = std::any_of(found.begin(), found.end(), [](const doctor_finding& one) {
        return one.how == severity::wrong;
    });
    if (as_json) {
        print_json(found);
    } else {
        for (const auto& one : found) {
            tell(
                "{:<8}  {}: {}\n          {}\n", word_of(one.how), one.about, one.text, one.remedy
            );
        }
        tell("{}", own_lines{found.empty() ? "nothing found\n" : ""});
    }
    return wrong || !plans ? exit_code::no : exit_code::done;
}

}  // namespace billhook
