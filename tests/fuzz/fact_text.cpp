// Contents drawn from the bytes: what is written comes back and is written alike, and equal texts
// are of equal contents.
#include "schemas/stripe/fact_text.hpp"

#include "schemas/types/assert.hpp"
#include "tests/fuzz/fuzzer.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace billhook::testing {

namespace {

// Bytes until there are none, then zeros.
class source {
public:
    explicit source(std::string_view bytes) : bytes_(bytes) {}
    unsigned char byte() {
        if (bytes_.empty()) {
            return 0;
        }
        const auto first = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return first;
    }
    std::uint64_t number() {
        std::uint64_t all = 0;
        for (int i = 0; i < 8; ++i) {
            all = all << 8 | byte();
        }
        return all;
    }

private:
    std::string_view bytes_;
};

void draw(source& from, bool& truth) {
    truth = from.byte() % 2 == 1;
}
void draw(source& from, std::int64_t& number) {
    number = static_cast<std::int64_t>(from.number());
}
void draw(source& from, instant& drawn) {
    constexpr std::uint64_t end_of_time = 253'402'300'800;  // the year 10000
    drawn = from_unix_seconds(static_cast<std::int64_t>(from.number() % end_of_time)) +
            std::chrono::microseconds(from.number() % 1'000'000);
}
// As the parser lets it through: UTF-8 without NUL.
void draw(source& from, std::string& text) {
    static constexpr std::string_view more[] = {
        "\xc3\xa4", "\xe2\x80\xa8", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "\xc2\x80", "\xed\x9f\xbf"};
    text.clear();
    for (auto left = from.byte() % 24; left > 0; --left) {
        const auto byte = from.byte();
        if (byte >= 0x80) {
            text += more[byte % std::size(more)];
        } else if (byte != 0) {
            text += static_cast<char>(byte);
        }
    }
}
template <class Tag>
void draw(source& from, strong_id<Tag>& id) {
    std::string text;
    draw(from, text);
    id = strong_id<Tag>(std::move(text));
}
template <class T>
void draw(source& from, std::vector<T>& list);
template <class T>
void draw(source& from, std::optional<T>& what) {
    what.reset();
    if (from.byte() % 2 == 1) {
        draw(from, what.emplace());
    }
}
void draw(source& from, stripe::subscription_item& item) {
    draw(from, item.price);
    draw(from, item.product);
    draw(from, item.lookup_key);
    draw(from, item.quantity);
    draw(from, item.period_start);
    draw(from, item.period_end);
}
template <class T>
void draw(source& from, std::vector<T>& list) {
    list.resize(from.byte() % 4);
    for (T& each : list) {
        draw(from, each);
    }
}

template <class Fields>
Fields drawn(source& from) {
    Fields fields;
    std::apply([&](auto&... member) { (draw(from, member), ...); }, fields.members());
    return fields;
}

template <class Fields>
void look_at(source from) {
    const auto one = drawn<Fields>(from);
    const auto another = drawn<Fields>(from);
    const auto text = stripe::to_text(one);
    auto back = another;
    stripe::from_text(text, back);
    BILLHOOK_ASSERT(back == one);
    BILLHOOK_ASSERT(stripe::to_text(back) == text);
    BILLHOOK_ASSERT((stripe::to_text(another) == text) == (another == one));
}

}  // namespace

}  // namespace billhook::testing

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace billhook::testing;
    namespace stripe = billhook::stripe;
    source from{text_of(data, size)};
    switch (from.byte() % 6) {
        case 0:
            look_at<stripe::subscription_state>(from);
            break;
        case 1:
            look_at<stripe::subscription_replaced>(from);
            break;
        case 2:
            look_at<stripe::invoice_state>(from);
            break;
        case 3:
            look_at<stripe::invoice_replaced>(from);
            break;
        case 4:
            look_at<stripe::customer_state>(from);
            break;
        default:
            look_at<stripe::customer_replaced>(from);
    }
    return 0;
}
