#include "ingest/webhook/signing_key.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdexcept>
#include <string>

namespace billhook {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void require(bool done) {
    if (!done) {
        throw std::runtime_error{"OpenSSL cannot compute HMAC-SHA256"};
    }
}

}  // namespace

void signing_key::free_context::operator()(EVP_MAC_CTX* context) const noexcept {
    EVP_MAC_CTX_free(context);
}

signing_key::signing_key(const secret& value) {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac{
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free};
    require(hmac != nullptr);
    context_.reset(EVP_MAC_CTX_new(hmac.get()));
    require(context_ != nullptr);
    char algorithm[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, algorithm, 0),
        OSSL_PARAM_construct_end()};
    const std::string& text = value.reveal();
    require(EVP_MAC_init(context_.get(), bytes_of(text), text.size(), parameters) == 1);
}

digest signing_key::sign(std::string_view t, std::string_view body) const {
    digest out{};
    std::size_t written = 0;
    // Without a key: start again with the one that is there.
    require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
    require(EVP_MAC_update(context_.get(), bytes_of(t), t.size()) == 1);
    require(EVP_MAC_update(context_.get(), bytes_of("."), 1) == 1);
    require(EVP_MAC_update(context_.get(), bytes_of(body), body.size()) == 1);
    require(EVP_MAC_final(context_.get(), out.data(), &written, out.size()) == 1);
    require(written == out.size());
    return out;
}

}  // namespace billhook
