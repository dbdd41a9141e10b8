#pragma once

#include <string>
#include <utility>

namespace billhook {

// A text that must never be printed: it has no operator<< and no conversion. `reveal` is the one
// way in, so that a search for it lists every use.
class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }
    friend bool operator==(const secret&, const secret&) = default;

private:
    std::string value_;
};

}  // namespace billhook
