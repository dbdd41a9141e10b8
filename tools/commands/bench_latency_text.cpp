#include "schemas/json/writer.hpp"
#include "tools/commands/bench_latency.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>
#include <vector>

namespace billhook {

namespace {

std::vector<std::string> cells_of(std::string what, const latency_spread& times) {
    const auto cell = [](double each) { return fmt::format("{:.1f}", each); };
    return {std::move(what), cell(times.p50), cell(times.p99), cell(times.greatest)};
}

void add(json::writer& out, std::string_view name, const latency_spread& times) {
    const auto us = [](double each) { return static_cast<std::int64_t>(each * 1000); };
    out.key(name)
        .begin_object()
        .member("p50_us", us(times.p50))
        .member("p99_us", us(times.p99))
        .member("greatest_us", us(times.greatest))
        .end_object();
}

}  // namespace

std::string text_of(const latency_costs& all) {
    text_table times({"from the first byte", "p50, ms", "p99, ms", "greatest, ms"});
    times.add(cells_of("to the gateway's 200", all.answered));
    times.add(cells_of("to its fold, for who reads", all.visible));
    times.add(cells_of("(between two looks)", all.between_looks));
    times.add(cells_of("(sent late by)", all.late));
    text_table costs({"", "CPU us an event", "MiB"});
    const auto us = [](double each) { return fmt::format("{:.1f}", each); };
    costs.add({"gateway", us(all.gateway_us), fmt::format("{:.0f}", all.gateway_mebibytes)});
    costs.add({"worker", us(all.worker_us), fmt::format("{:.0f}", all.worker_mebibytes)});
    costs.add({"Postgres", all.postgres_us ? us(*all.postgres_us) : "?", ""});
    costs.add({"this bench", us(all.bench_us), ""});
    return fmt::format(
        "{} events, {:.0f} accepted a second, {} refused, {} not folded\n\n{}\n{}",
        all.posts,
        all.rate,
        all.refused,
        all.unseen,
        times.text(),
        costs.text()
    );
}

std::string json_of(const latency_costs& all) {
    json::writer out;
    const auto whole = [](double each) { return static_cast<std::int64_t>(each); };
    out.begin_object()
        .member("posts", static_cast<std::int64_t>(all.posts))
        .member("refused", static_cast<std::int64_t>(all.refused))
        .member("not_folded", static_cast<std::int64_t>(all.unseen))
        .member("accepted_per_second", whole(all.rate));
    add(out, "answered", all.answered);
    add(out, "visible", all.visible);
    add(out, "between_looks", all.between_looks);
    add(out, "sent_late", all.late);
    out.member("gateway_cpu_ns", whole(all.gateway_us * 1000))
        .member("worker_cpu_ns", whole(all.worker_us * 1000))
        .member("bench_cpu_ns", whole(all.bench_us * 1000));
    if (all.postgres_us) {
        out.member("postgres_cpu_ns", whole(*all.postgres_us * 1000));
    }
    return out.member("gateway_kibibytes", whole(all.gateway_mebibytes * 1024))
        .member("worker_kibibytes", whole(all.worker_mebibytes * 1024))
        .end_object()
        .take();
}

}  // namespace billhook
