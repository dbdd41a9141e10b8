#include "tools/commands/bench_fold.hpp"

#include "ingest/webhook/signature.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/stripe/routing.hpp"
#include "tools/commands/bench_log.hpp"
#include "tools/commands/text_table.hpp"
#include "tools/simulator/signature.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"
#include "worker/pipeline/read_records.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidjson/document.h>

#include <array>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t events_of_bench = 1'000;
constexpr double seconds_of_each = 0.3;
constexpr const char* document_by_rapidjson = "RapidJSON's document of it";

class collected final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& each : runs) {
            times_[each.run_name.function_name] = each.GetAdjustedCPUTime();
        }
    }
    [[nodiscard]] double of(const std::string& name) const { return times_.at(name); }

private:
    std::map<std::string, double> times_;
};

// Of what a batch into an empty projection leaves.
std::vector<organization_facts> facts_of_all(const changes& folded) {
    std::map<organization_id, organization_facts> all;
    for (const organization_id& each : folded.organizations) {
        all[each].organization = each;
    }
    for (const auto& each : folded.customers) {
        if (each.organization) {
            all[*each.organization].customers.push_back({
                .id = customer_id(each.key),
                .seen = each.seen,
                .mapped = true,
                .created = std::nullopt,
            });
        }
    }
    for (const auto& each : folded.subscriptions) {
        if (each.organization) {
            auto& facts = all[*each.organization];
            facts.subscriptions.push_back(each);
            if (const auto cases = folded.cases.find(each.id); cases != folded.cases.end()) {
                facts.cases.insert(facts.cases.end(), cases->second.begin(), cases->second.end());
            }
        }
    }
    std::vector<organization_facts> listed;
    for (auto& [id, facts] : all) {
        listed.push_back(std::move(facts));
    }
    return listed;
}

// Each call of `work` does something for so many events or organizations.
template <class Work>
void add(const std::string& name, const Work& work) {
    benchmark::RegisterBenchmark(name.c_str(), [work](benchmark::State& state) {
        for (auto _ : state) {
            benchmark::DoNotOptimize(work());
        }
    })->MinTime(seconds_of_each);
}

// The first byte of OpenSSL's own HMAC.
unsigned char one_shot(const secret& key, const std::string& body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    const std::string& text = key.reveal();
    HMAC(
        EVP_sha256(),
        text.data(),
        static_cast<int>(text.size()),
        reinterpret_cast<const unsigned char*>(body.data()),
        body.size(),
        made.data(),
        &size
    );
    return made[0];
}

template <class Value>
auto copy_of(const Value& what) {
    return [&what] { return Value(what); };
}

}  // namespace

std::vector<part_cost> measure_parts(const catalogue& plans) {
    const bench_log log = log_of_lives(plans, "parts", 100, 1, events_of_bench);
    const std::vector<raw_record>& records = log.partitions.front();
    const auto events = read_records({}, records).events;
    const changes folded = fold({}, events);
    const auto organizations = facts_of_all(folded);
    const instant now = records.front().what.received_at;
    const auto assessed = assess_each(organizations, plans, now);
    const auto each_body = [&records](const auto& use) {
        return [&records, use] {
            std::size_t sum = 0;
            for (const raw_record& one : records) {
                sum += use(one.what.body);
            }
            return sum;
        };
    };

    const secret key("whsec_of_the_bench");
    std::vector<endpoint_secret> secrets;
    secrets.push_back({.name = "bench", .key = signing_key(key), .not_after = std::nullopt});
    std::vector<std::string> headers;
    for (const raw_record& one : records) {
        headers.push_back(simulator::signature_header(one.what.body, key, now));
    }
    add("signature", [&] {
        std::size_t accepted = 0;
        for (std::size_t at = 0; at < records.size(); ++at) {
            const auto& body = records[at].what.body;
            accepted += verify(headers[at], body, secrets, std::chrono::minutes{5}, now) ? 1 : 0;
        }
        return accepted;
    });
    add("HMAC", each_body([&key](const std::string& body) { return one_shot(key, body); }));
    add("route", each_body([](const std::string& body) { return stripe::route(body).key.size(); }));
    add("document", each_body([](const std::string& body) {
            rapidjson::Document read;
            read.Parse(body.data(), body.size());
            // It stops at the half of a surrogate pair, which a few texts have.
            return read.IsObject() ? read.MemberCount() : 0;
        }));
    add("read", [&records] { return read_records({}, records); });
    add("fold", [&events] { return fold({}, events); });
    add("copy of changes", copy_of(folded));
    add("assess", [&] { return assess_each(organizations, plans, now); });
    add("copy of standings", copy_of(assessed));

    collected times;
    benchmark::RunSpecifiedBenchmarks(&times);
    benchmark::ClearRegisteredBenchmarks();
    const auto count = static_cast<double>(records.size());
    const auto of_events = [&](const std::string& part, const char* name, auto beside, auto other) {
        return part_cost{part, times.of(name) / count, beside, times.of(other) / count};
    };
    const auto standings = static_cast<double>(organizations.size());
    return {
        of_events("an event's signature", "signature", "OpenSSL's HMAC of it", "HMAC"),
        of_events("an event, as the gateway reads it", "route", document_by_rapidjson, "document"),
        of_events("an event, as the worker reads it", "read", document_by_rapidjson, "document"),
        of_events("an event folded", "fold", "a copy of what it leaves", "copy of changes"),
        {"an organization assessed",
                                                                                    times.of("assess") / standings,
                                                                                    "a copy of its standing",
                                                                                    times.of("copy of standings") / standings}
    };
}

std::string text_of(const std::vector<part_cost>& all) {
    text_table rows({"", "us", "beside it", "us", "times"});
    for (const part_cost& each : all) {
        rows.add(
            {each.part,
             fmt::format("{:.2f}", each.ns / 1000),
             each.beside,
             fmt::format("{:.2f}", each.beside_ns / 1000),
             fmt::format("{:.2f}", each.ratio())}
        );
    }
    return rows.text();
}

std::string json_of(const std::vector<part_cost>& all) {
    json::writer out;
    out.begin_object().key("parts").begin_array();
    for (const part_cost& each : all) {
        out.begin_object()
            .member("part", each.part)
            .member("ns", static_cast<std::int64_t>(each.ns))
            .member("beside", each.beside)
            .member("beside_ns", static_cast<std::int64_t>(each.beside_ns))
            .end_object();
    }
    return out.end_array().end_object().take();
}

}  // namespace billhook
