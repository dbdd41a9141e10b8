#include "tests/integration/notifier/mail_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <unistd.h>

namespace billhook::tests {
namespace {

// Starts it with its standard output in a pipe; the pipe's reading end and the process.
std::pair<int, pid_t> started(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    std::vector<char*> arguments;
    for (std::string& each : words) {
        arguments.push_back(each.data());
    }
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    return {ends[0], child};
}

std::string first_line(int from) {
    std::string line;
    for (char c = 0; ::read(from, &c, 1) == 1 && c != '\n';) {
        line += c;
    }
    ::close(from);
    return line;
}

}  // namespace

mail_server::mail_server(security how) {
    if (std::system("/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null") != 0) {
        std::printf("SKIPPED: python3-aiosmtpd is not installed\n");
        return;
    }
    std::string pattern = std::filesystem::temp_directory_path() / "billhook-mail-";
    pattern += std::string(6, 'X');  // what mkdtemp replaces
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    const std::string certify = fmt::format(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext "
        "subjectAltName=IP:127.0.0.1 -keyout {0}/key.pem -out {0}/certificate.pem 2>/dev/null",
        folder_
    );
    REQUIRE(std::system(certify.c_str()) == 0);
    const auto [output, process] = started(
        {"/usr/bin/python3",  // Debian's, which has Debian's packages
         "tests/integration/notifier/mail_server.py",
         "tools/lib",
         folder_ + "/mail",
         how == security::starttls ? "starttls" : "plain",
         certificate(),
         folder_ + "/key.pem"}
    );
    process_ = process;
    const std::string line = first_line(output);
    const std::string begin = "listening on ";
    REQUIRE(line.starts_with(begin));
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(begin.size())));
}

mail_server::~mail_server() {
    if (process_ > 0) {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }
    if (!folder_.empty()) {
        std::filesystem::remove_all(folder_);
    }
}

std::vector<std::string> mail_server::files(const std::string& extension) const {
    std::vector<std::filesystem::path> paths;
    for (const auto& each : std::filesystem::directory_iterator(folder_ + "/mail")) {
        if (each.path().extension() == extension) {
            paths.push_back(each.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> contents;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        contents.emplace_back(
            std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()
        );
    }
    return contents;
}

}  // namespace billhook::tests
