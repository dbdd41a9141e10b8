#pragma once

#include "ingest/api/calls/billing_page.hpp"
#include "schemas/types/result.hpp"

#include <string>
#include <vector>

namespace billhook::api {

// A file of the page that is not there, or cannot be read.
struct missing_file {
    std::string name;
};

// The texts of `page_files`, in their order, from that folder.
[[nodiscard]] result<std::vector<std::string>, missing_file> read_page_folder(
    const std::string& folder
);

}  // namespace billhook::api
