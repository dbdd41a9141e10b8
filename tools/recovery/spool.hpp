#pragma once

#include "schemas/messages/publisher.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace billhook {

// Messages that are held back until it is known what they would do: everything that is published
// into it waits in a nameless temporary file, which is gone with the process. One thread. Throws
// std::system_error if the file can be neither written nor read.
class spool final : public publisher {
public:
    spool();

    // `persisted`, all of them: here.
    std::vector<delivery> publish(std::span<const message> messages) override;

    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    // By their keys, those of one key in the order in which they came, so that what belongs to one
    // customer lies together.
    [[nodiscard]] std::vector<message> read(std::size_t first, std::size_t count);
    [[nodiscard]] const std::string& key(std::size_t at) const { return places_[at].key; }
    // Whatever comes later is sorted in again by the next call.
    void sort();

private:
    struct place {
        std::string key;
        long at = 0;
    };
    struct closing {
        void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
    };

    void write(const std::string& text);
    [[nodiscard]] std::string read_text();

    std::unique_ptr<std::FILE, closing> file_;
    std::vector<place> places_;
};

}  // namespace billhook
