#pragma once

#include "schemas/stripe/event.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// The recorded events of BILLHOOK_CORPUS; see the corpus's own README for its folders.
namespace billhook::builders {

// The *.json of a folder, not of those below it, sorted. Without a corpus, or none there, empty,
// and said aloud in a line "SKIPPED: ..." that ctest understands.
[[nodiscard]] std::vector<std::filesystem::path> corpus_files(const std::string& folder);

// Its folders that have their own streams of files, sorted; the same.
[[nodiscard]] std::vector<std::string> corpus_sequences();

[[nodiscard]] std::string contents(const std::filesystem::path& file);

// The only reasons for which a recorded event may be refused: whoever collected it cut out the id
// of its object, or wrote a key twice. Nothing for all others.
[[nodiscard]] std::optional<stripe::parse_error> mutilation_of(const std::string& body);

}  // namespace billhook::builders
