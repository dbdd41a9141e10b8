// A Stripe-Signature, to the first line end, and the body behind it. "@" in the header stands for
// the right digits, so that good ones are found, too.
#include "ingest/webhook/signature.hpp"
#include "schemas/types/assert.hpp"
#include "tests/fuzz/fuzzer.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <vector>

namespace billhook::testing {

namespace {

using namespace std::chrono_literals;

constexpr auto now_seconds = 1'700'000'000;

const std::vector<endpoint_secret>& secrets() {
    static const std::vector<endpoint_secret> all = [] {
        std::vector<endpoint_secret> made;
        made.push_back({"old", signing_key{secret{"whsec_of_a_fuzzer_the_old"}}, std::nullopt});
        made.push_back({"new", signing_key{secret{"whsec_of_a_fuzzer_the_new"}}, std::nullopt});
        return made;
    }();
    return all;
}

std::string hex_of(const digest& bytes) {
    std::string hex;
    for (const auto byte : bytes) {
        hex += fmt::format("{:02x}", byte);
    }
    return hex;
}

// The digits between "t=" and the next comma, wherever they stand first.
std::string_view t_of(std::string_view header) {
    const auto at = header.find("t=");
    return at == header.npos ? "" : header.substr(at + 2, header.find(',', at) - at - 2);
}

void look_at(std::string_view header, std::string_view body) {
    const auto now = from_unix_seconds(now_seconds);
    const auto early = refuses_header(header, 300s, now);
    const auto known = verify(header, body, secrets(), 300s, now);
    // What is refused without the body is refused with it, for the same reason.
    BILLHOOK_ASSERT(!early || (!known && known.error() == *early));
    BILLHOOK_ASSERT(early || known || known.error() == signature_refusal::no_match);
    if (known) {
        // Only whoever has the secret could have made it.
        const auto& key = secrets()[*known].key;
        bool made = false;
        for (std::size_t at = header.find("t="); at != header.npos;
             at = header.find("t=", at + 1)) {
            const auto t = t_of(header.substr(at));
            made = made || header.find("v1=" + hex_of(key.sign(t, body))) != header.npos;
        }
        BILLHOOK_ASSERT(made);
    }
}

}  // namespace

}  // namespace billhook::testing

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace billhook::testing;
    const auto input = text_of(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto body = input.substr(std::min(end + 1, input.size()));
    std::string header;
    for (const char c : input.substr(0, end)) {
        if (c == '@') {
            header += hex_of(secrets()[1].key.sign(t_of(input.substr(0, end)), body));
        } else {
            header += c;
        }
    }
    look_at(header, body);
    return 0;
}
