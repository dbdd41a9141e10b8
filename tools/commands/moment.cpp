#include "tools/commands/moment.hpp"

namespace billhook {

std::optional<instant> moment_from(const std::string& text) {
    return from_rfc3339(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
}

}  // namespace billhook
