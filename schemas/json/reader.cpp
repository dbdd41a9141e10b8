#include "schemas/json/reader.hpp"

#include "schemas/json/plain_reader.hpp"
#include "schemas/json/whole_reader.hpp"

#include <utility>

namespace billhook::json {

std::string_view to_word(refusal why) {
    switch (why) {
        case refusal::syntax:
            return "syntax";
        case refusal::bad_text:
            return "bad_text";
        case refusal::too_deep:
            return "too_deep";
        case refusal::duplicate_key:
            return "duplicate_key";
        case refusal::too_long:
            return "too_long";
    }
    return "syntax";
}

result<document, refusal> read(std::string_view bytes) {
    if (auto plain = read_plain(bytes)) {
        return std::move(*plain);
    }
    return read_whole(bytes);
}

}  // namespace billhook::json
