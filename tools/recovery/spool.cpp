#include "tools/recovery/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace billhook {
namespace {

[[noreturn]] void refuse() {
    throw std::system_error(errno, std::generic_category(), "a temporary file");
}

}  // namespace

spool::spool() : file_(std::tmpfile()) {
    if (!file_) {
        refuse();
    }
}

std::vector<delivery> spool::publish(std::span<const message> messages) {
    if (std::fseek(file_.get(), 0, SEEK_END) != 0) {
        refuse();
    }
    for (const message& each : messages) {
        const long at = std::ftell(file_.get());
        if (at < 0) {
            refuse();
        }
        write(each.topic);
        write(each.key);
        write(each.value);
        write(std::to_string(each.headers.size()));
        for (const auto& [name, value] : each.headers) {
            write(name);
            write(value);
        }
        places_.push_back({each.key, at});
    }
    return std::vector<delivery>(messages.size(), delivery::persisted);
}

void spool::sort() {
    std::ranges::stable_sort(places_, {}, &place::key);
}

std::vector<message> spool::read(std::size_t first, std::size_t count) {
    std::vector<message> found;
    const std::size_t end = std::min(first + count, places_.size());
    for (std::size_t each = first; each < end; ++each) {
        if (std::fseek(file_.get(), places_[each].at, SEEK_SET) != 0) {
            refuse();
        }
        message& next = found.emplace_back();
        next.topic = read_text();
        next.key = read_text();
        next.value = read_text();
        for (auto left = std::stoul(read_text()); left > 0; --left) {
            auto name = read_text();
            next.headers.emplace_back(std::move(name), read_text());
        }
    }
    return found;
}

void spool::write(const std::string& text) {
    const std::uint64_t size = text.size();
    if (std::fwrite(&size, sizeof size, 1, file_.get()) != 1 ||
        std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
        refuse();
    }
}

std::string spool::read_text() {
    std::uint64_t size = 0;
    if (std::fread(&size, sizeof size, 1, file_.get()) != 1) {
        refuse();
    }
    std::string text(size, '\0');
    if (std::fread(text.data(), 1, text.size(), file_.get()) != text.size()) {
        refuse();
    }
    return text;
}

}  // namespace billhook
