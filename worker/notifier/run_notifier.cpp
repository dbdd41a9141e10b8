#include "worker/notifier/run_notifier.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace billhook {
namespace {

using time_point = backlog::time_point;
using std::chrono::milliseconds;

constexpr milliseconds read_wait{200};
// So many goes in a row that a server would not serve: that one is away, and not just an object of
// its bad. From then on the goes are far apart.
constexpr unsigned goes_in_vain = 3;
constexpr milliseconds hold_first{1'000};
constexpr milliseconds hold_longest{60'000};

class mail_room {
public:
    mail_room(notifier_session& postgres, notifier_surroundings& with)
        : postgres_(postgres), with_(with) {}

    void round() {
        const time_point now = with_.pace.now();
        const auto* const due = now < held_until_ ? nullptr : backlog_.due(now);
        const bool full = backlog_.size() >= with_.waiting;
        // Also while there is plenty to send the leases have to be renewed.
        const milliseconds wait = due != nullptr || full ? milliseconds{0} : read_wait;
        if (take(with_.source.poll(wait))) {
            return;
        }
        if (due != nullptr) {
            send(*due);
        } else if (full) {
            with_.pace.wait(read_wait);
        }
    }

    // What could not be recorded gets a last chance; then others may go on at once.
    void leave() {
        with_.sends.record_rest(postgres_.get<notice_claims>());
        postgres_.get<leases>().leave();
    }

private:
    // False if nothing came.
    bool take(notices_polled came) {
        if (std::holds_alternative<std::monostate>(came)) {
            return false;
        }
        if (const auto* began = std::get_if<notices_begin>(&came)) {
            begin(*began);
        } else if (const auto* ended = std::get_if<notices_end>(&came)) {
            backlog_.forget(ended->of);
            held_.erase(ended->of);
        } else {
            read(std::get<notice_record>(came));
        }
        tell();
        return true;
    }

    void begin(const notices_begin& began) {
        backlog_.begin(began.of, began.offset);
        held_.insert(began.of);
        if (began.skipped > 0) {
            with_.lines.error(
                "notices were deleted from the log before they were read",
                "partition"_is(began.of.number),
                "records"_is(began.skipped)
            );
        }
    }

    void read(const notice_record& record) {
        auto parsed = parse_notice(record.value);
        if (parsed) {
            backlog_.add({record.of, record.offset, *std::move(parsed)}, with_.pace.now());
            return;
        }
        with_.numbers.unreadable.add();
        with_.lines.error(
            "a record is no notice",
            "partition"_is(record.of.number),
            "offset"_is(record.offset),
            "reason"_is(parsed.error())
        );
        backlog_.pass(record.of, record.offset);
        settled(record.of);
    }

    void send(const backlog::waiting& one) {
        const partition of = one.from.of;
        const std::int64_t offset = one.from.offset;
        const attempt_result after =
            with_.sends.deliver(one.from.what, postgres_.get<notice_claims>(), one.cause);
        report(one.from.what, after);
        const time_point now = with_.pace.now();
        switch (after.how) {
            case went::done:
            case went::in_doubt:
                backlog_.settle(of, offset);
                settled(of);
                in_vain_ = 0;
                break;
            case went::later:
                backlog_.defer(of, offset, after.cause, now);
                in_vain_ = 0;
                break;
            case went::unavailable:
                backlog_.defer(of, offset, after.cause, now);
                ++in_vain_;
                hold(now);
                break;
        }
        tell();
    }

    // While a server is away a go now and then is enough to notice when that ends; each is another
    // notice's, the one that was tried least.
    void hold(time_point now) {
        if (in_vain_ >= goes_in_vain) {
            const milliseconds pause = hold_first * (1U << std::min(in_vain_ - goes_in_vain, 6U));
            held_until_ = now + std::min(pause, hold_longest);
        }
    }

    void settled(const partition& of) { with_.source.settled_to(of, backlog_.settled_to(of)); }

    void tell() const {
        with_.numbers.waiting.set(static_cast<double>(backlog_.size()));
        with_.numbers.partitions.set(static_cast<double>(held_.size()));
    }

    void report(const notice& what, const attempt_result& after) {
        const auto& numbers = with_.numbers;
        const auto write = [&](log_message said, bool wrong) {
            const auto level = wrong ? log_level::warning : log_level::info;
            const auto cause = after.cause.empty() ? "none" : after.cause;
            with_.lines.at(
                level,
                said,
                "notice"_is(what.id),
                "kind"_is(what.kind),
                "organization"_is(what.organization),
                "cause"_is(cause)
            );
        };
        if (after.how == went::later || after.how == went::unavailable) {
            numbers.deferred.add();
            write("a notice has to wait", true);
        } else if (after.how == went::in_doubt) {
            numbers.in_doubt.add();
            write("a notice was sent and the server did not answer: it stays unfinished", true);
        } else if (!after.outcome) {
            if (after.cause == "not_recorded") {
                numbers.unreadable.add();
                write("a notice is not one that the database knows", true);
            }
        } else if (*after.outcome == notice_outcome::delivered) {
            numbers.delivered.add();
            write("a notice was delivered", false);
        } else if (*after.outcome == notice_outcome::overtaken) {
            numbers.overtaken.add();
            write("a notice was overtaken", false);
        } else {
            numbers.failed.add();
            write("a notice could not be delivered", true);
        }
    }

    notifier_session& postgres_;
    notifier_surroundings& with_;
    backlog backlog_;
    std::set<partition> held_;
    time_point held_until_{};
    unsigned in_vain_ = 0;
};

}  // namespace

ending run_notifier(notifier_session& postgres, notifier_surroundings with) {
    mail_room all(postgres, with);
    const auto round = [&] {
        try {
            with.numbers.ready.set(1);
            all.round();
            return true;
        } catch (...) {
            with.numbers.ready.set(0);
            throw;
        }
    };
    const round_means means{
        .thread = "notifier",
        .pace = with.pace,
        .lines = with.lines,
        .signs = with.signs,
        .retries = with.numbers.retries,
        .alarms = with.numbers.alarms};
    return run_rounds(postgres, means, round, [&] { all.leave(); });
}

}  // namespace billhook
