#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// Throws postgres::failure (22021, bisect): libpqxx would cut the text there.
void refuse_nul(std::string_view text);

// One array as Postgres' literal, built an element at a time: every text is quoted, `"` and `\`
// escaped. A text with a NUL byte is refused.
class array_literal {
public:
    array_literal& add(std::string_view text);
    array_literal& add_null();
    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    void separate();
    std::string text_ = "{";
};

template <class Range>
[[nodiscard]] std::string array_of(const Range& texts) {
    array_literal array;
    for (const auto& each : texts) {
        if constexpr (requires { each.text(); }) {
            array.add(each.text());
        } else {
            array.add(each);
        }
    }
    return array.text();
}

// The texts of such a literal as Postgres writes it: one dimension, no NULLs.
[[nodiscard]] std::vector<std::string> texts_in(std::string_view literal);

}  // namespace billhook
