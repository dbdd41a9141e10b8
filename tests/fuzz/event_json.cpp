// A body: whatever it is, it is keyed, shown and read without harm, and read by the quick reader
// only if the other reads it; and what was read of it is written and read again as it was.
#include "schemas/json/plain_reader.hpp"
#include "schemas/json/whole_reader.hpp"
#include "schemas/stripe/event.hpp"
#include "schemas/stripe/fact_text.hpp"
#include "schemas/stripe/redact.hpp"
#include "schemas/stripe/routing.hpp"
#include "schemas/types/assert.hpp"
#include "tests/fuzz/fuzzer.hpp"

#include <string>
#include <variant>

namespace billhook::testing {

namespace {

template <class Content>
void comes_back(const Content& content) {
    const auto text = stripe::to_text(content);
    Content back;
    stripe::from_text(text, back);
    BILLHOOK_ASSERT(back == content);
    BILLHOOK_ASSERT(stripe::to_text(back) == text);
}

template <class Id, class State, class Replaced>
void look_at(const stripe::fact<Id, State, Replaced>& what) {
    comes_back(what.state);
    comes_back(what.replaced);
}
void look_at(const auto&) {}

void look_at_body(std::string_view body) {
    BILLHOOK_ASSERT(!json::read_plain(body) || json::read_whole(body));
    const auto read = stripe::parse_event(body);
    const auto routed = stripe::route(body);
    BILLHOOK_ASSERT(!routed.key.empty());
    BILLHOOK_ASSERT(stripe::redact(body).find('\n') == std::string::npos);
    if (read) {
        BILLHOOK_ASSERT(!read->id.empty());
        std::visit([](const auto& said) { look_at(said); }, read->said);
    }
}

}  // namespace

}  // namespace billhook::testing

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    billhook::testing::look_at_body(billhook::testing::text_of(data, size));
    return 0;
}
