#include "tests/builders/corpus.hpp"

#include "schemas/json/reader.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace billhook::builders {

namespace fs = std::filesystem;

std::vector<fs::path> corpus_files(const std::string& folder) {
    const char* const corpus = std::getenv("BILLHOOK_CORPUS");
    std::vector<fs::path> files;
    if (corpus != nullptr && fs::is_directory(fs::path(corpus) / folder)) {
        for (const auto& entry : fs::directory_iterator(fs::path(corpus) / folder)) {
            if (entry.is_regular_file() && entry.path().extension() == ".json") {
                files.push_back(entry.path());
            }
        }
    }
    if (files.empty()) {
        std::printf("SKIPPED: BILLHOOK_CORPUS names no folder with events in %s\n", folder.c_str());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> corpus_sequences() {
    const char* const corpus = std::getenv("BILLHOOK_CORPUS");
    std::vector<std::string> names;
    if (corpus != nullptr && fs::is_directory(fs::path(corpus) / "sequences")) {
        for (const auto& entry : fs::directory_iterator(fs::path(corpus) / "sequences")) {
            if (entry.is_directory()) {
                names.push_back("sequences/" + entry.path().filename().string());
            }
        }
    }
    if (names.empty()) {
        std::printf("SKIPPED: BILLHOOK_CORPUS names no folder with sequences\n");
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::optional<stripe::parse_error> mutilation_of(const std::string& body) {
    const auto text = json::read(body);
    if (!text) {
        return text.error() == json::refusal::duplicate_key
                   ? std::optional{stripe::parse_error::not_json}
                   : std::nullopt;
    }
    return text->root().find("data").find("object").find("id").is_string()
               ? std::nullopt
               : std::optional{stripe::parse_error::no_object};
}

}  // namespace billhook::builders
