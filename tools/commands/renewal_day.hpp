#pragma once

#include "schemas/plans/catalogue.hpp"
#include "worker/pipeline/record_source.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Many organizations whose subscriptions renew on one day. A few of them are simulated; all others
// tell the same with their own number in the place of theirs, in every id.
namespace billhook {

// What stands in every id of an organization: as long for all of them, and nowhere else.
[[nodiscard]] std::string renewing_name(std::int64_t number);

// A text of one organization, for another.
class named_text {
public:
    named_text(const std::string& text, const std::string& name);
    [[nodiscard]] std::string of(const std::string& name) const;

private:
    std::vector<std::string> between_;  // one more than the name stands in it
};

struct renewal_event {
    named_text body;
    named_text key;
    named_text id;
    std::string type;
};

// Number 0 to 23; each renews an hour before the one before it.
struct renewing_original {
    std::string name;
    std::vector<std::string> known;    // bodies: its customer, its subscription and that it is paid
    std::vector<renewal_event> tells;  // its invoice, its next period, and that it is paid
};
inline constexpr std::int64_t renewing_originals = 24;
// The last renewal was more than three days before `now`, so that all of it is overdue by then;
// a day after the last sign-up nothing is.
[[nodiscard]] std::vector<renewing_original> make_renewing_originals(
    const catalogue& plans,
    instant now
);
[[nodiscard]] instant before_renewals(instant now);

struct renewals {
    std::int64_t organizations = 0;
    std::int32_t partitions = 0;
    instant received_at;
};

// The renewals' events as a log that is made while it is read, in batches of up to `records`: of
// the partitions `own`, one after the other. Who renews next lies anywhere among all; that it is
// paid comes an hour later. `originals` outlive it. Partitions begin where the claims do.
class renewal_source final : public record_source {
public:
    renewal_source(
        const std::vector<renewing_original>& originals,
        const renewals& day,
        const std::vector<std::int32_t>& own,
        std::size_t records
    );

    polled poll(std::chrono::milliseconds wait) override;
    void start(const claim& from) override;
    void drop(const partition& which) override;
    void passed(const partition&, std::int64_t) override {}
    std::int64_t end_of(const partition& which) override;

    // CPU seconds of the thread that reads, for making the bytes: no work of a worker's.
    [[nodiscard]] double making_seconds() const { return making_seconds_; }

private:
    struct reading {
        claim under;              // as it was when reading began
        std::int64_t given = 0;   // records
        std::int64_t renews = 0;  // the next one in the order of this partition
        std::size_t said = 0;     // of its events
    };
    struct telling {
        std::int64_t organization = 0;
        std::size_t event = 0;
    };
    [[nodiscard]] std::int64_t organizations_of(std::int32_t number) const;
    [[nodiscard]] std::optional<telling> next_of(reading& from) const;
    [[nodiscard]] batch batch_of(reading& from);

    const std::vector<renewing_original>& originals_;
    renewals day_;
    std::size_t records_;
    std::deque<std::int32_t> to_announce_;
    std::map<std::int32_t, reading> readings_;
    std::size_t turn_ = 0;
    double making_seconds_ = 0;
};

}  // namespace billhook
