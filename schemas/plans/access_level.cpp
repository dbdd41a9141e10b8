#include "schemas/plans/access_level.hpp"

namespace billhook {

std::string_view to_word(access_level what) {
    switch (what) {
        case access_level::full:
            return "full";
        case access_level::restricted:
            return "restricted";
        case access_level::none:
            return "none";
    }
    return {};
}

}  // namespace billhook
