#include "ingest/api/access/verifying_key.hpp"

#include "schemas/types/sha256.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <mutex>
#include <set>
#include <utility>

namespace billhook::api {
namespace {

constexpr int least_bits = 2048;
constexpr int most_bits = 8192;
constexpr std::size_t most_exponent_bytes = 4;  // everybody has 65537

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* what) const noexcept {
        Free(what);
    }
};
using big_number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using parameter_builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using parameter_list = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using memory_file = std::unique_ptr<BIO, freed_by<BIO_free_all>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

big_number number_of(std::string_view bytes) {
    return big_number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Nobody is asked for the password of a public key.
int no_password(char*, int, int, void*) {
    return -1;
}

}  // namespace

std::string_view to_word(key_refusal why) {
    switch (why) {
        case key_refusal::unreadable:
            return "unreadable";
        case key_refusal::too_weak:
            return "too_weak";
        case key_refusal::too_large:
            return "too_large";
    }
    return "";
}

result<verifying_key, key_refusal> verifying_key::checked(std::shared_ptr<EVP_PKEY> key) {
    ERR_clear_error();  // what failed is said by the answer, and must not be found by the next
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
        return key_refusal::unreadable;
    }
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < least_bits) {
        return key_refusal::too_weak;
    }
    if (bits > most_bits) {
        return key_refusal::too_large;
    }
    BIGNUM* read = nullptr;
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &read);
    const big_number exponent(read);
    if (!exponent || BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) == 1 ||
        static_cast<std::size_t>(BN_num_bytes(exponent.get())) > most_exponent_bytes) {
        return key_refusal::too_weak;
    }
    return verifying_key(std::move(key));
}

result<verifying_key, key_refusal> verifying_key::from_numbers(
    std::string_view modulus,
    std::string_view exponent
) {
    if (modulus.empty() || exponent.empty()) {
        return key_refusal::unreadable;
    }
    if (modulus.size() > most_bits / 8 + 1 || exponent.size() > most_exponent_bytes + 1) {
        return key_refusal::too_large;
    }
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    const parameter_builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return checked(nullptr);
    }
    const parameter_list parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const key_context context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return checked(nullptr);
    }
    return checked(std::shared_ptr<EVP_PKEY>(made, freed_by<EVP_PKEY_free>{}));
}

result<verifying_key, key_refusal> verifying_key::from_pem(std::string_view pem) {
    const memory_file file(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* read =
        file ? PEM_read_bio_PUBKEY(file.get(), nullptr, &no_password, nullptr) : nullptr;
    return checked(std::shared_ptr<EVP_PKEY>(read, freed_by<EVP_PKEY_free>{}));
}

// Hashes of texts with their signatures: the last thousand and up to as many before them.
class verifying_key::found_good {
public:
    using hash = std::array<std::byte, 32>;

    [[nodiscard]] bool has(const hash& what) const {
        const std::lock_guard lock(guard_);
        return later_.contains(what) || earlier_.contains(what);
    }
    void add(const hash& what) {
        const std::lock_guard lock(guard_);
        if (later_.size() >= 1'000) {
            earlier_ = std::exchange(later_, {});
        }
        later_.insert(what);
    }

private:
    mutable std::mutex guard_;
    std::set<hash> later_;
    std::set<hash> earlier_;
};

verifying_key::verifying_key(std::shared_ptr<EVP_PKEY> key)
    : key_(std::move(key)), good_(std::make_shared<found_good>()) {}

bool verifying_key::signed_this(std::string_view text, std::string_view signature) const {
    // The length says where the text ends.
    const auto hash = sha256(fmt::format("{}:{}{}", text.size(), text, signature));
    if (good_->has(hash)) {
        return true;
    }
    const digest_context context(EVP_MD_CTX_new());
    const bool good =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(
            context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()
        ) == 1;
    ERR_clear_error();
    if (good) {
        good_->add(hash);
    }
    return good;
}

}  // namespace billhook::api
