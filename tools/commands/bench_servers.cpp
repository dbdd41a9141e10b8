#include "tools/commands/bench_servers.hpp"

#include "schemas/json/writer.hpp"
#include "tools/commands/bench_folding.hpp"
#include "tools/commands/bench_posting.hpp"
#include "tools/commands/text_table.hpp"

#include <boost/asio/io_context.hpp>

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace billhook {

namespace {

std::string proc_file(pid_t process, const char* name) {
    const auto path = fmt::format("/proc/{}/{}", process, name);
    std::ifstream in(path);
    std::ostringstream all;
    all << in.rdbuf();
    if (!in || all.view().empty()) {
        throw std::system_error(std::make_error_code(std::errc::no_such_process), path);
    }
    return all.str();
}

struct process_times {
    pid_t parent = 0;
    double own = 0;    // seconds, user and system
    double ended = 0;  // of its children that have ended
};

process_times times_of(pid_t process) {
    const auto told = proc_file(process, "stat");
    std::istringstream in(told.substr(told.rfind(')') + 1));
    process_times found;
    std::string skipped;
    in >> skipped >> found.parent;
    for (int field = 5; field < 14; ++field) {
        in >> skipped;
    }
    double user = 0;
    double system = 0;
    double ended_user = 0;
    double ended_system = 0;
    in >> user >> system >> ended_user >> ended_system;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    found.own = (user + system) / ticks;
    found.ended = (ended_user + ended_system) / ticks;
    return found;
}

// What the rounds of one contender came to.
struct measured {
    std::vector<double> rates{};
    std::vector<double> processor{};
    std::vector<double> p99{};
    std::vector<double> half_p50{};
    std::vector<double> half_p99{};
    std::size_t accepted = 0;
    std::size_t refused = 0;
};

double milliseconds(std::chrono::microseconds what) {
    return static_cast<double>(what.count()) / 1'000;
}

void try_once(const contender& who, measured& into, const measuring& how, bool is_warm_up) {
    const auto requests = who.requests();
    posting plan;
    plan.to = who.at;
    plan.requests = requests;
    plan.connections = how.connections;
    plan.how_long = is_warm_up ? std::chrono::seconds{1} : how.each;
    const auto count = [&into](posted came_to) {
        into.accepted += came_to.accepted;
        into.refused += came_to.refused;
        return came_to;
    };
    const auto before = processor_seconds(who.process);
    const auto full = count(post_again_and_again(plan));
    const auto took = processor_seconds(who.process) - before;
    if (is_warm_up || full.accepted == 0) {
        return;
    }
    into.rates.push_back(full.rate());
    into.processor.push_back(took * 1e6 / static_cast<double>(full.accepted));
    into.p99.push_back(milliseconds(full.quantile(990)));
    plan.rate = full.rate() / 2;
    const auto half = count(post_again_and_again(plan));
    into.half_p50.push_back(milliseconds(half.quantile(500)));
    into.half_p99.push_back(milliseconds(half.quantile(990)));
}

double median_or_zero(const std::vector<double>& values) {
    return values.empty() ? 0 : median(values);
}

}  // namespace

double processor_seconds(pid_t process) {
    return times_of(process).own;
}

double most_resident_mebibytes(pid_t process) {
    const auto told = proc_file(process, "status");
    const auto at = told.find("VmHWM:");
    return at == told.npos ? 0 : std::strtod(&told[at + 6], nullptr) / 1024;
}

std::optional<double> postgres_seconds(pid_t session) {
    try {
        const auto server = times_of(session).parent;
        if (proc_file(session, "comm") != "postgres\n" ||
            proc_file(server, "comm") != "postgres\n") {
            return std::nullopt;
        }
        const auto itself = times_of(server);
        double sum = itself.own + itself.ended;
        std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", server));
        for (pid_t each = 0; children >> each;) {
            try {
                sum += each == session ? 0 : times_of(each).own;
            } catch (const std::system_error&) {  // it has just ended
            }
        }
        return sum;
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

std::optional<measured_server> parse_measured_server(std::string_view text) {
    const auto first = text.find(',');
    const auto second = first == text.npos ? first : text.find(',', first + 1);
    if (second == text.npos) {
        return std::nullopt;
    }
    measured_server found;
    found.name = text.substr(0, first);
    const auto number = text.substr(first + 1, second - first - 1);
    const auto [end, ec] =
        std::from_chars(number.data(), number.data() + number.size(), found.process);
    const auto url = simulator::parse_webhook_url(text.substr(second + 1));
    if (found.name.empty() || ec != std::errc{} || end != number.data() + number.size() ||
        found.process <= 0 || !url) {
        return std::nullopt;
    }
    found.url = *url;
    return found;
}

boost::asio::ip::tcp::endpoint resolved(const simulator::webhook_url& url) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::resolver names(io);
    return names.resolve(url.host, url.port)->endpoint();
}

contender contender_from(const measured_server& what, const requests_to& requests) {
    return {what.name, what.process, resolved(what.url), [requests, url = what.url] {
                return requests(url);
            }};
}

contender contender_from(std::string name, const bare_server& what, const requests_to& requests) {
    return {std::move(name), what.process(), what.address(), [requests] {
                return requests({"127.0.0.1", "0", "/"});
            }};
}

std::vector<server_cost> measure_servers(const std::vector<contender>& all, const measuring& how) {
    std::vector<measured> came_to(all.size());
    for (int round = 0; round <= how.rounds; ++round) {
        for (std::size_t at = 0; at < all.size(); ++at) {
            tell_bench(fmt::format("round {} of {}: {}", round, how.rounds, all[at].name));
            try_once(all[at], came_to[at], how, round == 0);
        }
    }
    std::vector<server_cost> costs;
    for (std::size_t at = 0; at < all.size(); ++at) {
        const measured& each = came_to[at];
        costs.push_back(
            {all[at].name,
             each.accepted,
             each.refused,
             median_or_zero(each.rates),
             median_or_zero(each.processor),
             median_or_zero(each.p99),
             median_or_zero(each.half_p50),
             median_or_zero(each.half_p99),
             most_resident_mebibytes(all[at].process)}
        );
    }
    return costs;
}

std::string text_of_servers(const std::vector<server_cost>& all, const costs_words& words) {
    text_table rows(
        {words.about, words.rate, "CPU us", "of bare", "p99, ms", "at half: p50", "p99", "MiB"}
    );
    for (const auto& each : all) {
        rows.add(
            {each.name,
             fmt::format("{:.0f}", each.rate),
             fmt::format("{:.1f}", each.processor_us),
             fmt::format("{:.2f}", each.processor_us / all.front().processor_us),
             fmt::format("{:.2f}", each.p99_ms),
             fmt::format("{:.2f}", each.half_p50_ms),
             fmt::format("{:.2f}", each.half_p99_ms),
             fmt::format("{:.0f}", each.most_mebibytes)}
        );
    }
    return rows.text();
}

std::string json_of_servers(const std::vector<server_cost>& all, const costs_words& words) {
    json::writer out;
    out.begin_array();
    const auto whole = [](double what) { return static_cast<std::int64_t>(what); };
    for (const auto& each : all) {
        out.begin_object()
            .member("name", each.name)
            .member("accepted", static_cast<std::int64_t>(each.accepted))
            .member("refused", static_cast<std::int64_t>(each.refused))
            .member(words.json_rate, whole(each.rate))
            .member("processor_ns", whole(each.processor_us * 1000))
            .member("p99_us", whole(each.p99_ms * 1000))
            .member("half_p50_us", whole(each.half_p50_ms * 1000))
            .member("half_p99_us", whole(each.half_p99_ms * 1000))
            .member("most_resident_kibibytes", whole(each.most_mebibytes * 1024))
            .end_object();
    }
    return out.end_array().take();
}

}  // namespace billhook
