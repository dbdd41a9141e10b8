#include "schemas/json/writer.hpp"
#include "tools/commands/bench_worker.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>

namespace billhook {

namespace {

double microseconds_each(double seconds, const work_cost& of) {
    return seconds * 1e6 / static_cast<double>(of.events);
}

std::vector<std::string> cells_of(const std::string& what, const work_cost& cost) {
    const auto server = cost.server_seconds;
    return {
        what,
        std::to_string(cost.events),
        fmt::format("{:.0f}", cost.per_second()),
        fmt::format("{:.1f}", microseconds_each(cost.client_seconds, cost)),
        server ? fmt::format("{:.1f}", microseconds_each(*server, cost)) : "?",
        std::to_string(cost.wal_bytes / cost.events)};
}

void add(json::writer& out, std::string_view name, const work_cost& cost) {
    const auto each = [&cost](double seconds) {
        return static_cast<std::int64_t>(microseconds_each(seconds * 1000, cost));
    };
    out.key(name).begin_object();
    out.member("events", cost.events)
        .member("per_second", static_cast<std::int64_t>(cost.per_second()))
        .member("client_cpu_ns", each(cost.client_seconds));
    if (cost.server_seconds) {
        out.member("server_cpu_ns", each(*cost.server_seconds));
    }
    out.member("wal_bytes", cost.wal_bytes / cost.events).end_object();
}

}  // namespace

std::string text_of(const worker_costs& all) {
    text_table rows({"", "events", "a second", "this process, us", "Postgres, us", "WAL, bytes"});
    rows.add(cells_of(fmt::format("in batches, consumers: {}", all.consumers), all.in_batches));
    rows.add(cells_of("in batches, one consumer", all.by_one));
    rows.add(cells_of("one by one", all.alone));
    rows.add(cells_of("COPY of journal and facts", all.copied));
    const auto compared = [&all](std::string_view what, const work_cost& cost) {
        return fmt::format(
            "{}: {:.1f} times one by one, {:.3f} of COPY\n",
            what,
            cost.per_second() / all.alone.per_second(),
            cost.per_second() / all.copied.per_second()
        );
    };
    auto text = rows.text() + "\n" + compared("all consumers", all.in_batches) +
                compared("one consumer", all.by_one);
    for (const auto& each : all.tables) {
        text += fmt::format("{}: {} of {} updates are HOT\n", each.name, each.hot, each.updates);
    }
    return text;
}

std::string json_of(const worker_costs& all) {
    json::writer out;
    out.begin_object();
    out.member("consumers", static_cast<std::int64_t>(all.consumers));
    add(out, "in_batches", all.in_batches);
    add(out, "by_one_consumer", all.by_one);
    add(out, "one_by_one", all.alone);
    add(out, "copy", all.copied);
    out.key("updates").begin_array();
    for (const auto& each : all.tables) {
        out.begin_object()
            .member("table", each.name)
            .member("updates", each.updates)
            .member("hot", each.hot)
            .end_object();
    }
    return out.end_array().end_object().take();
}

}  // namespace billhook
