#include "tools/access/token_signer.hpp"

#include "schemas/json/writer.hpp"
#include "schemas/types/base64.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <vector>

namespace billhook {
namespace {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* what) const noexcept {
        Free(what);
    }
};
using memory_file = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using big_number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;

void require(bool done) {
    if (!done) {
        throw std::runtime_error{"OpenSSL cannot work with this RSA key"};
    }
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
    return {key, freed_by<EVP_PKEY_free>{}};
}

std::string content_of(BIO* file) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(file, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string number_in(const EVP_PKEY* key, const char* name) {
    BIGNUM* read = nullptr;
    require(EVP_PKEY_get_bn_param(key, name, &read) == 1);
    const big_number number(read);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    return {bytes.begin(), bytes.end()};
}

int no_password(char*, int, int, void*) {
    return -1;
}

}  // namespace

token_signer token_signer::made(int bits) {
    auto key = owned(EVP_RSA_gen(static_cast<unsigned>(bits)));
    require(key != nullptr);
    return token_signer(std::move(key));
}

std::optional<token_signer> token_signer::from_pem(const secret& pem) {
    const std::string& text = pem.reveal();
    const memory_file file(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    require(file != nullptr);
    auto key = owned(PEM_read_bio_PrivateKey(file.get(), nullptr, &no_password, nullptr));
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
        return std::nullopt;
    }
    return token_signer(std::move(key));
}

std::string token_signer::sign(std::string_view header, std::string_view payload) const {
    std::string text = to_base64url(header) + '.' + to_base64url(payload);
    const digest_context context(EVP_MD_CTX_new());
    require(context != nullptr);
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    require(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
    std::string signature(size, '\0');
    auto* const into = reinterpret_cast<unsigned char*>(signature.data());
    require(EVP_DigestSign(context.get(), into, &size, bytes, text.size()) == 1);
    signature.resize(size);
    return text + '.' + to_base64url(signature);
}

secret token_signer::private_pem() const {
    const memory_file file(BIO_new(BIO_s_mem()));
    require(
        file &&
        PEM_write_bio_PrivateKey(file.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1
    );
    return secret(content_of(file.get()));
}

std::string token_signer::public_pem() const {
    const memory_file file(BIO_new(BIO_s_mem()));
    require(file && PEM_write_bio_PUBKEY(file.get(), key_.get()) == 1);
    return content_of(file.get());
}

std::string token_signer::web_key(std::string_view id) const {
    json::writer out;
    out.begin_object()
        .member("kty", "RSA")
        .member("use", "sig")
        .member("alg", "RS256")
        .member("kid", id)
        .member("n", to_base64url(number_in(key_.get(), OSSL_PKEY_PARAM_RSA_N)))
        .member("e", to_base64url(number_in(key_.get(), OSSL_PKEY_PARAM_RSA_E)))
        .end_object();
    return out.take();
}

}  // namespace billhook
