// billhook: the operator's tool. A subcommand is a row in tools/commands/commands.cpp.

#include "schemas/io/kafka/handles.hpp"
#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/process/arguments.hpp"
#include "tools/commands/commands.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/fold_version.hpp"

#include <cstdio>
#include <exception>
#include <fmt/format.h>

namespace {

using namespace billhook;

void print_help() {
    tell("billhook COMMAND [FLAGS]\n\n");
    for (const command& each : all_commands()) {
        tell("  {:<14}{}\n", each.name, each.purpose);
    }
    tell(
        "\nbillhook COMMAND --help says more about one. Exit codes: 0 done, 1 the answer is no, 2 "
        "usage or\nsettings, 3 brokers or database cannot be reached, 4 refused.\n"
    );
}

const command* find_command(std::string_view name) {
    for (const command& each : all_commands()) {
        if (each.name == name) {
            return &each;
        }
    }
    return nullptr;
}

exit_code complain(const command& about, const std::string& text, exit_code code) {
    warn("billhook {}: {}\n", about.name, own_lines{text});
    return code;
}

// What may still be thrown here is infrastructure: say what and how to go on.
exit_code run(const command& what, arguments given) {
    try {
        return what.run(std::move(given));
    } catch (const kafka::failure& failed) {
        return failed.retryable()
                   ? complain(
                         what,
                         fmt::format("{}; see kafka.brokers, and whether they run", failed.what()),
                         exit_code::unreachable
                     )
                   : complain(what, failed.what(), exit_code::refused);
    } catch (const std::exception& failed) {
        const std::string text = postgres::scrubbed(failed);
        const postgres::diagnosis why = postgres::classify(failed);
        if (why.sqlstate == "42P01" || why.sqlstate == "3F000") {
            return complain(what, text + "; run billhook migrate", exit_code::refused);
        }
        if (why.what == postgres::remedy::reconnect) {
            return complain(
                what,
                text + "; see database.url (DATABASE_URL), and whether the database runs",
                exit_code::unreachable
            );
        }
        return complain(what, text, exit_code::refused);
    }
}

}  // namespace

int main(int argc, char** argv) {
    arguments given(argv + 1, argv + argc);
    const std::string name = given.empty() ? "--help" : given.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print_help();
        return to_int(given.empty() ? exit_code::usage : exit_code::done);
    }
    if (name == "--version") {
        tell("{}, fold version {}\n", version_text(), fold_version);
        return to_int(exit_code::done);
    }
    const command* const found = find_command(name);
    if (found == nullptr) {
        warn("billhook: there is no command '{}'; billhook --help lists all\n", name);
        return to_int(exit_code::usage);
    }
    given.erase(given.begin());
    const exit_code code = run(*found, std::move(given));
    // What was printed may not have arrived (a full disk, a closed pipe): then it is not done.
    return to_int(std::fflush(stdout) == 0 ? code : exit_code::refused);
}
