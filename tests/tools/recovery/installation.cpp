#include "tests/tools/recovery/installation.hpp"

#include "tests/tools/recovery/taken_over.hpp"
#include "tools/recovery/publication.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace billhook::simulator {
namespace {

using std::chrono::days;

// Dies once so many messages were published.
class mortal final : public publisher {
public:
    mortal(publisher& into, std::optional<std::size_t> dies_after)
        : into_(into), left_(dies_after) {}

    std::vector<delivery> publish(std::span<const message> messages) override {
        const auto count = std::min(left_.value_or(messages.size()), messages.size());
        static_cast<void>(into_.publish(messages.first(count)));
        if (left_) {
            *left_ -= count;
            if (*left_ == 0) {
                throw not_published("killed");
            }
        }
        return std::vector<delivery>(messages.size(), delivery::persisted);
    }

private:
    publisher& into_;
    std::optional<std::size_t> left_;
};

}  // namespace

installation::installation(gappy& lives, std::uint64_t seed)
    : lives_(lives),
      stripe_(lives.lives, lives.end, seed, true),
      ours_(lives.worker.projection),
      books_(lives.worker.projection),
      time_(lives.end) {}

void installation::backfill(const std::vector<std::string>& types) {
    backfill_report report;
    const auto refused = billhook::backfill(
        {stripe_.client, books_, lives_.worker, time_},
        {.from = lives_.end - days{30}, .to = {}, .types = types, .resume = {}},
        report,
        [](const backfill_report&) {}
    );
    CHECK_FALSE(refused);
    lives_.worker.sweep(lives_.lives);
}

reconcile_report installation::reconcile(bool heal) {
    billhook::reconcile pass({stripe_.client, ours_, lives_.worker, time_}, false, {.heal = heal});
    pass.run([](const reconcile_report&) {});
    lives_.worker.sweep(lives_.lives);
    return pass.report();
}

reconcile_report installation::heal() {
    while (true) {
        auto report = reconcile(true);
        if (report.published == 0) {
            return report;
        }
    }
}

adoption_report installation::adopt(std::optional<std::size_t> dies_after) {
    mortal log(lives_.worker, dies_after);
    return taken_over(
        {.from = stripe_.client,
         .worker = lives_.worker,
         .time = time_,
         .into = log,
         .folded =
             [this] {
                 lives_.worker.sweep(lives_.lives);
                 return true;
             }}
    );
}

}  // namespace billhook::simulator
