#pragma once

#include "schemas/settings/settings.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// Who reads. `billhook` alone honours DATABASE_URL; a flag without its section is the process's
// own: `billhook-ingest --threads 4` is `--ingest-threads 4`.
enum class process_kind : std::uint8_t { ingest, worker, notifier, api, billhook };
[[nodiscard]] std::string_view to_word(process_kind process);  // the executable's name

// Where settings come from. Nothing else is asked.
struct settings_input {
    process_kind process = process_kind::billhook;
    std::vector<std::string> flags;  // without the program's name
    std::map<std::string, std::string> environment;
    // The bytes of a file; nothing if it cannot be read. Used for --config (or BILLHOOK_CONFIG) and
    // for secrets that are given as a file.
    std::function<std::optional<std::string>(const std::string& path)> read_file;
    // Keys that must be given: "kafka.brokers", "ingest.endpoints" ...
    std::vector<std::string_view> required;
};

// One mistake: "billhook.toml:12: ingest.threads: must be a number from 1 to 64". Never a value
// that may be a secret.
struct settings_problem {
    std::string where;  // the key as the source spells it, with file and line
    std::string text;   // what is wrong and what to do
    friend bool operator==(const settings_problem&, const settings_problem&) = default;
};
[[nodiscard]] std::string to_text(const settings_problem& problem);

// File < environment < flags, over the defaults. All problems at once. Relative paths in the file
// are relative to the file's folder. Flags: `--name value` or `--name=value`; a switch is
// `--name` or `--name=false`. A secret in the file may be `{ file = "path" }`.
[[nodiscard]] result<settings, std::vector<settings_problem>> read_settings(
    const settings_input& from
);

}  // namespace billhook
