#include "schemas/io/process/arguments.hpp"
#include "tools/commands/bounded_file.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/webhook_target.hpp"

#include <boost/json.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

namespace billhook {

namespace {

// Stripe sends far less, and ingest takes less: what is larger is a mistake.
constexpr std::size_t largest_body = 16U << 20U;

struct send_flags {
    std::vector<std::string> paths;
    std::string url;
    std::string key;
    int timeout = 30;
    int attempts = 1;
    std::size_t connections = 1;
    bool json = false;
};

// Files as named, and every file below a folder in the order of names.
std::vector<std::string> files_of(const std::vector<std::string>& paths) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    for (const auto& path : paths) {
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::string> below;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) {
                below.push_back(entry.path().string());
            }
        }
        std::ranges::sort(below);
        std::ranges::move(below, std::back_inserter(files));
    }
    return files;
}

std::optional<std::vector<std::string>> bodies_of(const std::vector<std::string>& files) {
    std::vector<std::string> bodies;
    for (const auto& file : files) {
        auto body = read_bounded(file, largest_body);
        if (!body) {
            warn("{}: {}\n", file, to_words(body.error()));
            return std::nullopt;
        }
        bodies.push_back(*std::move(body));
    }
    return bodies;
}

void print(const std::vector<std::string>& files, const simulator::delivered& sent, bool json) {
    if (!json) {
        for (std::size_t at = 0; at < files.size(); ++at) {
            const auto status = sent.statuses[at];
            tell("{}  {}\n", status == 0 ? "---" : std::to_string(status), files[at]);
        }
        return;
    }
    boost::json::array rows;
    for (std::size_t at = 0; at < files.size(); ++at) {
        boost::json::object row;
        row["file"] = files[at];
        row["status"] = sent.statuses[at];
        rows.emplace_back(std::move(row));
    }
    tell("{}\n", boost::json::serialize(rows));
}

exit_code send_files(const send_flags& flags, const webhook_target& to) {
    const auto files = files_of(flags.paths);
    const auto bodies = bodies_of(files);
    if (!bodies) {
        return exit_code::usage;
    }
    std::vector<simulator::post> posts;
    for (std::size_t at = 0; at < bodies->size(); ++at) {
        posts.push_back({(*bodies)[at], at});
    }
    simulator::courier_settings settings;
    settings.url = to.url;
    settings.key = to.key;
    settings.connections = flags.connections;
    settings.timeout = std::chrono::seconds(flags.timeout);
    settings.attempts = flags.attempts;
    const auto sent = simulator::deliver(posts, settings, [](const simulator::tally&) {});
    print(files, sent, flags.json);
    if (sent.counts.given_up() == 0) {
        return exit_code::done;
    }
    warn("{}\n", refused_text(sent));
    const bool silent = std::ranges::all_of(sent.statuses, [](int status) { return status == 0; });
    return silent ? exit_code::unreachable : exit_code::no;
}

}  // namespace

exit_code run_send(arguments given) {
    send_flags flags;
    command_line line(
        "billhook send",
        "signs the bytes of files as Stripe does and posts them to the gateway",
        "  billhook send event.json     one file\n"
        "  billhook send events/        every file below a folder, in the order of names\n"
    );
    auto own = line.flags();
    own.add_option("files", flags.paths, "files, or folders of files").required().existing_path();
    own.add_option("--url", flags.url, "webhook URL (BILLHOOK_WEBHOOK_URL)");
    own.add_option("--secret", flags.key, "signing secret (STRIPE_WEBHOOK_SECRET)");
    own.add_option("--timeout", flags.timeout, "seconds for one attempt").within(1, 3600).shown();
    own.add_option("--attempts", flags.attempts, "attempts for each file").within(1, 1000).shown();
    own.add_option("--connections", flags.connections, "connections at once; 1 keeps the order")
        .within(1, 256)
        .shown();
    own.add_flag("--json", flags.json, "an array of {file, status}; status 0: no answer");
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const auto environment = settings_input_from(process_kind::billhook, {}, {}).environment;
    const auto to = target_or_problem(flags.url, flags.key, environment);
    if (!to) {
        return exit_code::usage;
    }
    try {
        return send_files(flags, *to);
    } catch (const boost::system::system_error& failure) {
        warn("--url: {}\n", failure.code().message());
        return exit_code::unreachable;
    } catch (const std::filesystem::filesystem_error& failure) {
        warn("{}: {}\n", failure.path1().string(), failure.code().message());
        return exit_code::usage;
    }
}

}  // namespace billhook
