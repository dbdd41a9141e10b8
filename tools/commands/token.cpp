#include "ingest/api/access/service_token.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/sha256.hpp"
#include "tools/access/token_signer.hpp"
#include "tools/commands/bounded_file.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace billhook {

namespace {

constexpr std::size_t longest_key_file = 65'536;
constexpr int longest_life = 86'400;  // seconds

struct token_flags {
    std::string name = "backend";
    std::string not_after;
    std::string key_file;
    std::string organization;
    std::string role = "admin";
    std::string issuer;
    std::string subject = "user_trial";
    int lives = 60;  // seconds
};

// std::random_device asks the kernel.
std::array<std::byte, 32> random_bytes() {
    std::random_device source;
    std::array<std::byte, 32> bytes{};
    for (std::byte& each : bytes) {
        each = static_cast<std::byte>(source() & 0xFFU);
    }
    return bytes;
}

exit_code make_service_token(const token_flags& told) {
    if (!told.not_after.empty() && !from_rfc3339(told.not_after)) {
        warn("--not-after: {} is no time like 2027-01-01T00:00:00Z\n", told.not_after);
        return exit_code::usage;
    }
    const secret token = api::service_token_of(random_bytes());
    tell("{}\n", token.reveal());
    // Beside it, so that a script that keeps the token keeps nothing else.
    warn(
        "# for billhook-api's settings, which know the token's hash alone:\n"
        "[[api.access.service_tokens]]\nname = \"{}\"\nsha256 = \"{}\"\n",
        told.name,
        sha256_hex(token.reveal())
    );
    if (!told.not_after.empty()) {
        warn("not_after = {}\n", told.not_after);
    }
    return exit_code::done;
}

// The claims of Clerk's second version.
std::string claims_of(const token_flags& told, std::int64_t now) {
    json::writer out;
    out.begin_object().member("v", 2);
    if (!told.issuer.empty()) {
        out.member("iss", told.issuer);
    }
    out.member("sub", told.subject)
        .member("iat", now)
        .member("nbf", now)
        .member("exp", now + told.lives)
        .member("sts", "active")
        .key("o")
        .begin_object()
        .member("id", told.organization)
        .member("rol", told.role)
        .end_object();
    return out.end_object().take();
}

exit_code sign_session_token(const token_flags& told) {
    const auto pem = read_bounded(told.key_file, longest_key_file);
    const auto signer = pem ? token_signer::from_pem(secret{*pem}) : std::nullopt;
    if (!signer) {
        warn("{}: is no RSA key in PEM (openssl genrsa 2048)\n", told.key_file);
        return exit_code::usage;
    }
    const auto now =
        to_unix_seconds(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    tell("{}\n", signer->sign(R"({"alg":"RS256","typ":"JWT"})", claims_of(told, now)));
    return exit_code::done;
}

// As the settings take a name.
bool is_name(std::string_view text) {
    const auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    return !text.empty() && text.size() <= 64 && text.find_first_not_of(plain) == text.npos;
}

}  // namespace

exit_code run_token(arguments given) {
    command_line line(
        "billhook token",
        "Makes a token for billhook-api. Without --session one of a service: the token on "
        "standard\n"
        "output, once and never again, and on standard error what the settings have to know of "
        "it.\n"
        "With --session ORGANIZATION one of a user there, as Clerk signs it, to try an "
        "installation\n"
        "whose api.access.key_file is the public half of --key.\n"
        "Exit codes: 0 made; 2 usage.",
        "  billhook token --name backend > backend.token\n"
        "  openssl genrsa -out try.pem 2048; openssl rsa -in try.pem -pubout -out try.public.pem\n"
        "  billhook token --session org_1 --role member --key try.pem --issuer https://a.example\n"
    );
    token_flags told;
    auto flags = line.flags();
    flags.add_option("--name", told.name, "of the service: in logs alone").shown();
    flags.add_option("--not-after", told.not_after, "when it ends: 2027-01-01T00:00:00Z");
    flags.add_option("--session", told.organization, "the organization of a user");
    flags.add_option("--role", told.role, "the user's").shown();
    flags.add_option("--subject", told.subject, "the user's id").shown();
    flags.add_option("--issuer", told.issuer, "api.access.issuer");
    flags.add_option("--key", told.key_file, "an RSA key in PEM that signs");
    flags.add_option("--lives", told.lives, "seconds").shown();
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (told.lives < 1 || told.lives > longest_life || !is_name(told.name)) {
        warn("--lives is 1 to {}, --name letters, digits, _, - and dots\n", longest_life);
        return exit_code::usage;
    }
    if (told.organization.empty()) {
        return make_service_token(told);
    }
    if (told.key_file.empty()) {
        warn("--session needs --key\n");
        return exit_code::usage;
    }
    return sign_session_token(told);
}

}  // namespace billhook
