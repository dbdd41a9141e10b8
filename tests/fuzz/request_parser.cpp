// A connection's bytes, behind a line of what to cut them into: however they are cut, the same
// requests come out. Where something is wrong one cut may be told so while another still waits for
// the header's end; nothing is executed behind it in either.
#include "ingest/server/request_parser.hpp"

#include "ingest/http/framing.hpp"
#include "schemas/types/assert.hpp"
#include "tests/fuzz/fuzzer.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace billhook::testing {

namespace {

limits bounds() {
    auto tight = limits_from({});
    tight.header_bytes = 1'024;
    tight.body_bytes = 1'024;
    tight.header_fields = 16;
    return tight;
}

// Method, target, fields, body.
std::string words_of(const http::request& what) {
    std::string text = what.head.method + ' ' + what.head.target;
    for (const auto* name : {"Host", "Content-Length", "Transfer-Encoding", "Stripe-Signature"}) {
        text += '\n' + std::to_string(what.head.fields.count(name));
        text += what.head.fields.first(name).value_or("");
    }
    return text + '\n' + what.body;
}

// What the session does with each piece that comes.
class reader {
public:
    void take(std::string_view piece) {
        if (refused_) {
            return;
        }
        const auto into = buffer_.prepare(piece.size());
        boost::asio::buffer_copy(into, boost::asio::buffer(piece));
        buffer_.commit(piece.size());
        while (!refused_ && buffer_.size() != 0 && step()) {
        }
    }
    [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }

private:
    // False if it needs more.
    bool step() {
        if (!parser_) {
            parser_.emplace(bounds_);
        }
        const auto reached = parser_->read(buffer_);
        if (!reached) {
            refused_ = true;
            return false;
        }
        if (*reached == progress::head) {
            const auto how = http::framing_of(parser_->head());
            refused_ =
                !how || http::refuses_body(parser_->head(), *how, bounds_.body_bytes).has_value();
            return !refused_ && finish();
        }
        return *reached == progress::whole && end();
    }
    // A body may be empty, and then nothing more need come.
    bool finish() {
        const auto reached = parser_->read(buffer_);
        if (!reached) {
            refused_ = true;
            return false;
        }
        return *reached == progress::whole && end();
    }
    bool end() {
        const auto request = parser_->take_request();
        BILLHOOK_ASSERT(request.body.size() <= bounds_.body_bytes);
        requests_.push_back(words_of(request));
        parser_.reset();
        return true;
    }

    const limits bounds_ = bounds();
    boost::beast::flat_buffer buffer_{64 * 1024};
    std::optional<request_parser> parser_;
    std::vector<std::string> requests_;
    bool refused_ = false;
};

std::vector<std::string> whole(std::string_view bytes) {
    reader all;
    all.take(bytes);
    return all.requests();
}

std::vector<std::string> in_pieces(std::string_view bytes, std::string_view cuts) {
    reader all;
    std::size_t cut = 0;
    for (std::size_t at = 0; at < bytes.size(); ++cut) {
        const std::size_t told =
            cuts.empty() ? 1 : static_cast<unsigned char>(cuts[cut % cuts.size()]);
        const auto piece = bytes.substr(at, std::max<std::size_t>(told, 1));
        all.take(piece);
        at += piece.size();
    }
    return all.requests();
}

}  // namespace

}  // namespace billhook::testing

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace billhook::testing;
    const auto input = text_of(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto bytes = input.substr(std::min(end + 1, input.size()));
    BILLHOOK_ASSERT(whole(bytes) == in_pieces(bytes, input.substr(0, end)));
    return 0;
}
