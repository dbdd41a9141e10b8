#include "tools/selling/apply.hpp"

#include <chrono>
#include <fmt/format.h>
#include <random>
#include <utility>

namespace billhook::selling {

namespace {

constexpr std::chrono::seconds longest_write{60};

// Nothing else has it: what is there already was read before, so no key has to remember it.
std::string new_key() {
    std::random_device source;
    return fmt::format("catalogue-{:08x}{:08x}", source(), source());
}

bool is_kept(const json::value& answer, const std::function<bool(const secret&)>& keep) {
    const auto text = answer.find("secret").as_string();
    return text && keep(secret{std::string(*text)});
}

}  // namespace

applied apply(
    stripe::client& to,
    const wanted_account& wanted,
    account_shown& shown,
    const std::function<bool(const secret&)>& keep
) {
    applied all;
    std::optional<step> before;
    while (true) {
        auto left = steps_to(wanted, shown).steps;
        if (left.empty()) {
            return all;
        }
        const step next = std::move(left.front());
        all.at = next;
        if (next == before || next.form.empty()) {
            all.end = apply_end::unheard;
            return all;
        }
        const auto told = to.post(
            {.path = next.path,
             .form = next.form,
             .key = new_key(),
             .until = std::chrono::steady_clock::now() + longest_write}
        );
        if (!told) {
            all.end = apply_end::refused;
            all.why = told.error();
            return all;
        }
        const auto answer = told->body.root();
        ++all.steps;
        if (next.gives_secret && !is_kept(answer, keep)) {
            all.end = apply_end::secret_lost;
            return all;
        }
        take_in(shown, answer);
        before = next;
        all.at.reset();
    }
}

}  // namespace billhook::selling
