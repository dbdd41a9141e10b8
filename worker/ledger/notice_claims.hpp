#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/messages/notice.hpp"
#include "schemas/types/instant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Who sends a notice, and what became of it: the columns claimed_by, claimed_at, outcome, cause and
// finished_at of billhook.notices.
namespace billhook {

enum class notice_outcome : std::uint8_t { delivered, overtaken, failed };
[[nodiscard]] std::string_view to_word(notice_outcome how);

// What Postgres knows that may have overtaken a notice.
struct notice_circumstances {
    bool open_case = false;   // of its subscription
    bool told_since = false;  // a later notice of its subscription, but of a trial's or grant's
                              // end, was to go out
    std::string status;       // of its subscription; empty: unknown; `canceled` also if deleted
    std::optional<instant> trial_end;
    instant now{};               // Postgres' time
    bool counts = true;          // its subscription speaks for the organization, and no grant does
    bool another_alive = false;  // so is another subscription of the organization
    bool granted = false;        // the grant of which it tells is in force

    friend bool operator==(const notice_circumstances&, const notice_circumstances&) = default;
};

struct notice_state_now {
    bool recorded = false;       // the notice is one that the worker decided to send
    bool taken = false;          // somebody else claimed it, or it has an outcome or a doubt
    std::chrono::seconds age{};  // since it was recorded
    bool recovering = false;     // recovered records may still come that overtake it
    notice_circumstances around;
};

// Port, for one holder. Each call is a small transaction. One thread; infrastructure failures
// throw.
struct notice_claims {
    virtual ~notice_claims() = default;
    [[nodiscard]] virtual notice_state_now look(const notice& at) = 0;
    // True for one holder alone: directly before the notice is sent. True again for the same holder
    // while nothing else was said of it, so after a COMMIT in doubt it may be repeated.
    [[nodiscard]] virtual bool claim(const std::string& notice) = 0;
    // It was certainly not sent: it may be claimed again.
    virtual void release(const std::string& notice) = 0;
    // Also without a claim, if nobody else has one. `cause` is a word, empty for `delivered`.
    virtual void finish(const std::string& notice, notice_outcome how, std::string_view cause) = 0;
    // It stays claimed, for the operator to see.
    virtual void leave_in_doubt(const std::string& notice, std::string_view cause) = 0;
};

// Over a connection that outlives it and that is in no transaction when it is called; the role is
// billhook_notifier.
class postgres_notice_claims final : public notice_claims {
public:
    postgres_notice_claims(postgres::connection& over, std::string holder);

    [[nodiscard]] notice_state_now look(const notice& at) override;
    [[nodiscard]] bool claim(const std::string& notice) override;
    void release(const std::string& notice) override;
    void finish(const std::string& notice, notice_outcome how, std::string_view cause) override;
    void leave_in_doubt(const std::string& notice, std::string_view cause) override;

private:
    pqxx::connection& connection_;
    std::string holder_;
};

}  // namespace billhook
