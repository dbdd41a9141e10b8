#pragma once

#include "schemas/messages/publisher.hpp"
#include "schemas/plans/catalogue.hpp"
#include "tests/builders/memory_projection.hpp"
#include "tools/simulator/comparison.hpp"
#include "tools/simulator/disorder.hpp"

#include <span>
#include <string>
#include <vector>

namespace billhook::simulator {

// The worker's parser, fold and policy over a projection in memory, with a log that is folded as
// soon as something is published into it.
class memory_worker final : public publisher {
public:
    explicit memory_worker(instant now) : now_(now) {}

    // In batches of a hundred, in this order.
    void fold(std::span<const planned_delivery> plan);
    // What the sweep would publish for the lives whose rows the fold does not have.
    void sweep(const std::vector<organization_life>& lives);
    // Events and mappings, each in a batch of its own.
    std::vector<delivery> publish(std::span<const message> messages) override;

    [[nodiscard]] shown_answers answers(
        const std::vector<organization_life>& lives,
        const catalogue& plans,
        instant at
    ) const;

    builders::memory_projection projection;
    std::vector<message> published;

private:
    void fold(std::span<const received> batch);

    instant now_;
    std::int64_t offset_ = 0;
};

}  // namespace billhook::simulator
