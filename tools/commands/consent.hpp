#pragma once

#include "schemas/messages/publisher.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/recovery/foretold.hpp"

namespace billhook {

// Nobody is mailed without a yes: what recovery has to publish waits in a spool until it is known
// whom that would tell.
class consent {
public:
    // `agreed`: mails are wanted (--yes).
    consent(const settings& all, bool agreed) : all_(all), agreed_(agreed) {}

    // Says on standard error how many notices would be sent. False: some, and that was not agreed
    // to; what to do is said as well. Throws what foretell and a connection throw.
    [[nodiscard]] bool given_for(spool& waiting);
    // Throws not_published.
    void release(spool& waiting, publisher& into) const;
    // Of all that it was asked for.
    [[nodiscard]] const foretold& counted() const { return counted_; }

private:
    const settings& all_;
    bool agreed_;
    foretold counted_;
};

}  // namespace billhook
