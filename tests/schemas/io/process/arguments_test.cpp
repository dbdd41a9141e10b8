#include "schemas/io/process/arguments.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace billhook {
namespace {

template <std::size_t Count>
std::variant<settings, exit_code> read(const std::array<const char*, Count>& argv) {
    const program ingest{process_kind::ingest, "Takes Stripe's webhooks.", "", {}};
    return read_arguments(ingest, static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("arguments: flags become settings") {
    const auto told = read(std::array{"billhook-ingest", "--kafka-brokers", "one:9092"});
    REQUIRE(std::holds_alternative<settings>(told));
    CHECK(std::get<settings>(told).kafka.brokers == "one:9092");
}

TEST_CASE("arguments: help and version end with 0 and mistakes with 2") {
    const auto help = read(std::array{"billhook-ingest", "--help"});
    REQUIRE(std::holds_alternative<exit_code>(help));
    CHECK(std::get<exit_code>(help) == exit_code::done);
    const auto version = read(std::array{"billhook-ingest", "--version"});
    REQUIRE(std::holds_alternative<exit_code>(version));
    CHECK(std::get<exit_code>(version) == exit_code::done);
    const auto unknown = read(std::array{"billhook-ingest", "--no-such-setting", "1"});
    REQUIRE(std::holds_alternative<exit_code>(unknown));
    CHECK(std::get<exit_code>(unknown) == exit_code::usage);
    const auto missing = read(std::array{"billhook-ingest", "--config", "/nowhere/billhook.toml"});
    REQUIRE(std::holds_alternative<exit_code>(missing));
    CHECK(std::get<exit_code>(missing) == exit_code::usage);
}

TEST_CASE("arguments: a file with a secret that everybody may read is told") {
    const auto folder =
        std::filesystem::temp_directory_path() / fmt::format("billhook_arguments_{}", ::getpid());
    std::filesystem::create_directory(folder);
    std::map<std::string, std::string> files;
    const auto write = [&](const char* name, const std::string& content, unsigned mode) {
        const auto path = folder / name;
        std::ofstream{path} << content;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
        files.emplace(path.string(), content);
    };
    write("open.toml", "[stripe]\nsecret_key = \"rk_of_a_test\"\n", 0644);
    write("closed.toml", "[stripe]\nsecret_key = \"rk_of_a_test\"\n", 0600);
    write("group.toml", "[stripe]\nsecret_key = \"rk_of_a_test\"\n", 0640);
    write("without.toml", "[stripe]\n", 0644);
    write("webhook_secret", "whsec_of_a_test\n", 0604);
    settings told;
    CHECK(open_to_all(told, files).empty());
    told.stripe.secret_key = secret{"rk_of_a_test"};
    told.ingest.endpoints.emplace_back().secrets.emplace_back().value = secret{"whsec_of_a_test"};
    const std::vector<std::string> expected{folder / "open.toml", folder / "webhook_secret"};
    CHECK(open_to_all(told, files) == expected);
    std::filesystem::remove_all(folder);
}

TEST_CASE("arguments: help lists what concerns the process") {
    const auto of_ingest = settings_help(process_kind::ingest);
    CHECK(of_ingest.find("--kafka-brokers") != of_ingest.npos);
    CHECK(of_ingest.find("--worker-") == of_ingest.npos);
    const auto of_worker = settings_help(process_kind::worker);
    CHECK(of_worker.find("--database-url") != of_worker.npos);
    CHECK(of_worker.find("--ingest-") == of_worker.npos);
    CHECK(of_worker.find("--smtp-") == of_worker.npos);
    const auto of_notifier = settings_help(process_kind::notifier);
    CHECK(of_notifier.find("--smtp-server") != of_notifier.npos);
    CHECK(of_notifier.find("--stripe-secret-key") != of_notifier.npos);
    CHECK(of_notifier.find("--worker-") == of_notifier.npos);
}

}  // namespace billhook
