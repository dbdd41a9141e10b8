#include "schemas/json/writer.hpp"
#include "tools/commands/bench_renewal.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>
#include <vector>

namespace billhook {

namespace {

double us_each(double seconds, const drained& of) {
    return seconds * 1e6 / static_cast<double>(of.items);
}

std::vector<std::string> cells_of(std::string what, const drained& of) {
    const auto& server = of.server_seconds;
    return {
        std::move(what),
        std::to_string(of.items),
        fmt::format("{:.1f}", of.seconds),
        fmt::format("{:.0f}", static_cast<double>(of.items) / of.seconds),
        fmt::format("{:.1f}", us_each(of.own_seconds, of)),
        server ? fmt::format("{:.1f}", us_each(*server, of)) : "?",
        std::to_string(of.wal_bytes / of.items),
        fmt::format("{:.0f}", of.mebibytes)};
}

void add(json::writer& out, std::string_view name, const drained& of) {
    const auto whole = [](double each) { return static_cast<std::int64_t>(each); };
    out.key(name)
        .begin_object()
        .member("items", of.items)
        .member("milliseconds", whole(of.seconds * 1000))
        .member("per_second", whole(static_cast<double>(of.items) / of.seconds))
        .member("own_cpu_ns", whole(us_each(of.own_seconds, of) * 1000));
    if (of.server_seconds) {
        out.member("postgres_cpu_ns", whole(us_each(*of.server_seconds, of) * 1000));
    }
    out.member("wal_bytes", of.wal_bytes / of.items)
        .member("most_resident_kibibytes", whole(of.mebibytes * 1024))
        .end_object();
}

}  // namespace

std::string text_of(const renewal_costs& all) {
    text_table rows(
        {"",
         "of them",
         "seconds",
         "a second",
         "this process, us",
         "Postgres, us",
         "WAL, bytes",
         "MiB"}
    );
    rows.add(cells_of("standings due at once", all.due));
    rows.add(cells_of("events of a renewal day", all.day));
    return fmt::format(
        "{} organizations, made in {:.0f} s\n\n{}",
        all.organizations,
        all.filling_seconds,
        rows.text()
    );
}

std::string json_of(const renewal_costs& all) {
    json::writer out;
    out.begin_object().member("organizations", all.organizations);
    add(out, "due", all.due);
    add(out, "day", all.day);
    return out.end_object().take();
}

}  // namespace billhook
