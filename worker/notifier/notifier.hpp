#pragma once

#include "worker/ledger/notice_claims.hpp"
#include "worker/notifier/mailer.hpp"
#include "worker/notifier/recipients.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// What to do about a notice after one go at it.
enum class went : std::uint8_t {
    done,         // nothing more: it has an outcome, is somebody else's, or was never ours
    in_doubt,     // nothing more, but somebody should look
    later,        // this one, not now
    unavailable,  // this one, not now: a server, a login or a key is wanting, perhaps for others
                  // too
};
struct attempt_result {
    went how = went::done;
    std::optional<notice_outcome> outcome;  // if this go settled it
    std::string cause;                      // a word; empty if there is none
};

// Everything but the claims, which are a connection's: that may break and be made anew.
struct notifier_means {
    recipients& whom;
    mailer& by;
    email_sender sender;
    std::map<std::string, std::string> plan_names;  // by their keys in plans.toml
    std::chrono::seconds give_up_after{};
};

// Sends notices, each at most once ever: looks whether it still holds, asks for the recipient,
// composes, claims, sends, records. A notice that had to wait is looked at again before it goes:
// what was decided about its subscription since then overtakes it, so although others do not wait
// for it, no organization is told something stale after something newer. While recovery publishes
// (tools/recovery) all wait, so that who failed and paid is not told both. One thread; blocks.
// Infrastructure failures of the claims throw: then call again with the same notice on new claims;
// nothing was sent, or `unrecorded` knows what became of it.
class notifier {
public:
    explicit notifier(notifier_means with) : with_(std::move(with)) {}

    // `last_cause`: why an earlier go failed; recorded if now it is too late.
    [[nodiscard]] attempt_result deliver(
        const notice& what,
        notice_claims& claims,
        std::string_view last_cause
    );
    // What was done but could not be recorded, is recorded first; throws if it still cannot be.
    void record_rest(notice_claims& claims);

private:
    struct unrecorded {
        std::string notice;
        mailed how = mailed::accepted;
    };
    [[nodiscard]] attempt_result send(const notice& what, const email& made, notice_claims& claims);
    [[nodiscard]] attempt_result record(notice_claims& claims);

    notifier_means with_;
    std::optional<unrecorded> unrecorded_;
};

}  // namespace billhook
