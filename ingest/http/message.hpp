#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::http {

// Header fields in the order in which they came, all in one text. Names compare without regard to
// case. Views live until the next `add` or `clear`.
class fields {
public:
    void add(std::string_view name, std::string_view value);
    void clear();

    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const;

private:
    struct place {
        std::uint32_t begin;
        std::uint32_t name_end;
        std::uint32_t value_end;
    };
    [[nodiscard]] std::string_view name_of(const place& at) const;

    std::string text_;
    std::vector<place> places_;
};

// What a request says before its body. `target` is as it came: nothing is decoded anywhere.
struct request_head {
    std::string method;
    std::string target;
    int version = 11;  // 10 or 11
    http::fields fields;
};

// `body` has its transfer coding taken off and is otherwise byte for byte what came.
struct request {
    request_head head;
    std::string body;
};

enum class problem_code : std::uint8_t;

// The texts behind the views are constants of the program: nothing of a request is ever echoed.
struct response {
    int status = 200;
    std::string_view content_type = "application/json";
    std::string body;
    std::string_view allow;  // empty: no such field
    // More fields: names are constants, values ours or ids that were looked at, without line ends.
    std::vector<std::pair<std::string_view, std::string>> more{};
    std::optional<std::chrono::seconds> retry_after;
    std::optional<problem_code> problem;  // what to_response made it of: for the metrics
};

// How a response goes onto the wire: whether the connection lives on, whether only the header is
// sent (to HEAD), and the Date field's value ("Sun, 06 Nov 1994 08:49:37 GMT").
struct wire {
    bool keep_alive = true;
    bool header_only = false;
    std::string_view date;
};
[[nodiscard]] std::string to_text(const response& what, const wire& how);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace billhook::http
