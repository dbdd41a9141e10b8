#include "ingest/api/service/page_folder.hpp"

#include <fstream>
#include <iterator>

namespace billhook::api {

result<std::vector<std::string>, missing_file> read_page_folder(const std::string& folder) {
    std::vector<std::string> texts;
    for (const page_file& each : page_files()) {
        std::ifstream file(folder + '/' + std::string(each.name), std::ios::binary);
        texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        if (!file) {
            return missing_file{std::string(each.name)};
        }
    }
    return texts;
}

}  // namespace billhook::api
