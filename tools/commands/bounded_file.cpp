#include "tools/commands/bounded_file.hpp"

#include <fstream>

namespace billhook {

std::string_view to_words(unreadable why) {
    switch (why) {
        case unreadable::no_file:
            return "cannot be read";
        case unreadable::too_large:
            return "is larger than anything that belongs here";
    }
    return "";
}

result<std::string, unreadable> read_bounded(const std::string& path, std::size_t most) {
    constexpr std::size_t at_once = 64U << 10U;
    std::ifstream in(path, std::ios::binary);
    std::string text;
    while (in && text.size() <= most) {
        const std::size_t had = text.size();
        text.resize(had + at_once);
        in.read(text.data() + had, at_once);
        text.resize(had + static_cast<std::size_t>(in.gcount()));
    }
    if (text.size() > most) {
        return unreadable::too_large;
    }
    if (!in.eof()) {
        return unreadable::no_file;
    }
    return text;
}

}  // namespace billhook
