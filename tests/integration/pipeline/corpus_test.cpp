// Every recorded event through a whole stack: posted to a gateway, kept by a real broker, folded by
// workers into a real database. Nothing is refused, nothing is lost, and what cannot be folded is
// just what cannot be an event.
#include "tests/builders/corpus.hpp"

#include "schemas/stripe/event.hpp"
#include "schemas/stripe/routing.hpp"
#include "schemas/types/sha256.hpp"
#include "tests/ingest/server/raw_client.hpp"
#include "tests/integration/ingest/running_gateway.hpp"
#include "tests/integration/pipeline/running_workers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_body = 1024 * 1024;

struct sent_file {
    std::string name;  // below the corpus's folder, as its manifest has it
    std::string body;
    std::string kind{};  // of the manifest
};

// The sixth column of MANIFEST.tsv by the first.
std::map<std::string, std::string> kinds(const std::filesystem::path& manifest) {
    std::map<std::string, std::string> found;
    std::ifstream in(manifest);
    for (std::string line; std::getline(in, line);) {
        std::istringstream columns(line);
        std::string file;
        std::string column;
        std::getline(columns, file, '\t');
        for (int number = 2; number <= 6; ++number) {
            std::getline(columns, column, '\t');
        }
        found.insert_or_assign(file, column);
    }
    return found;
}

std::vector<sent_file> corpus() {
    std::vector<sent_file> all;
    for (const std::string folder : {".", "edge", "edge/derived", "malformed"}) {
        for (const auto& file : builders::corpus_files(folder.c_str())) {
            const std::string name = file.filename().string();
            all.push_back(
                {.name = folder == "." ? name : folder + "/" + name,
                 .body = builders::contents(file)}
            );
        }
    }
    if (!all.empty()) {
        const auto kind_of =
            kinds(std::filesystem::path(std::getenv("BILLHOOK_CORPUS")) / "MANIFEST.tsv");
        for (sent_file& each : all) {
            each.kind = kind_of.at(each.name);
        }
    }
    return all;
}

// How often each event id was sent, or is accounted for; "" for bodies whose id nobody can read.
using counts = std::map<std::string, std::int64_t>;

counts accounted_for(builders::database& state) {
    counts found;
    const std::string schema = live_schema(state);
    for (const auto& row : state.rows("SELECT id, deliveries FROM " + schema + ".events")) {
        found[own_part(event_id{row[0].c_str()})] += row[1].as<std::int64_t>();
    }
    for (const auto& row :
         state.rows("SELECT coalesce(event_id, ''), count(*) FROM billhook.dead_letters GROUP BY 1"
         )) {
        found[row[0].c_str()] += row[1].as<std::int64_t>();
    }
    return found;
}

std::multiset<std::string> dead_bodies(builders::database& state) {
    std::multiset<std::string> hashes;
    for (const auto& row :
         state.rows("SELECT encode(sha256(body), 'hex') FROM billhook.dead_letters")) {
        hashes.insert(row[0].c_str());
    }
    return hashes;
}

}  // namespace

TEST_CASE("corpus: every file is answered 200 and accounted for in the database") {
    builders::database state;
    const builders::topic log(12);
    auto files = corpus();
    const auto fits_end = std::stable_partition(files.begin(), files.end(), [](const auto& each) {
        return each.body.size() <= longest_body;
    });
    const std::vector<sent_file> too_long(fits_end, files.end());
    files.erase(fits_end, files.end());
    if (!state.usable() || !log.usable() || files.empty()) {
        return;
    }
    state.migrate();
    {
        std::vector<std::string> bodies;
        for (const sent_file& each : files) {
            bodies.push_back(each.body);
        }
        running_gateway gateway{log.client().brokers, log.name()};
        REQUIRE(gateway.ready());
        // One is longer than any event that Stripe sends: the gateway never takes it in.
        for (const sent_file& each : too_long) {
            CAPTURE(each.name);
            raw_client client{gateway.port()};
            client.send(signed_post(each.body));
            CHECK(client.receive().status == 413);
        }
        post_all(gateway.port(), bodies);
    }
    const running_workers workers(state, log, {.workers = 2, .batch_records = 50});
    REQUIRE(folded(state, log, workers, 60s));

    counts sent;
    std::multiset<std::string> unfit;
    for (const sent_file& each : files) {
        CAPTURE(each.name);
        ++sent[stripe::route(each.body).event_id.value_or("")];
        const auto parsed = stripe::parse_event(each.body);
        if (!parsed) {
            unfit.insert(sha256_hex(each.body));
        }
        // A file that nobody mutated dies only for what upstream did to it.
        if (each.kind == "malformed") {
            CHECK_FALSE(parsed.has_value());
        } else if (!parsed && each.kind != "event-derived") {
            CHECK(builders::mutilation_of(each.body) == parsed.error());
        }
    }
    CHECK(accounted_for(state) == sent);
    CHECK(dead_bodies(state) == unfit);
    CHECK(state.ask("SELECT count(*) FROM billhook.offsets WHERE halted IS NOT NULL") == "0");
    MESSAGE(files.size(), " files, ", sent.size(), " event ids, ", unfit.size(), " dead letters");
}

}  // namespace billhook::testing
