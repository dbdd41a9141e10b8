#pragma once

#include "schemas/io/postgres/failure.hpp"
#include "worker/notifier/mailer.hpp"
#include "worker/notifier/recipients.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// The notifier's ports in memory. A failure happens before or after the call does its work.
namespace billhook::tests {

struct breakdown : postgres::failure {
    explicit breakdown(postgres::remedy what) : postgres::failure("broken", {what, ""}) {}
};
// Breaks down at the `at`th call of all, counted from 0; never if there is none.
struct faults {
    std::optional<int> at;
    bool after = false;  // the work was done, the answer is lost
    postgres::remedy what = postgres::remedy::stop;
    int calls = 0;

    template <class Work>
    auto run(Work work) {
        const bool now = at && calls++ == *at;
        if (now && !after) {
            throw breakdown(what);
        }
        auto answer = work();
        if (now) {
            throw breakdown(what);
        }
        return answer;
    }
};

// billhook.notices, for one holder.
struct memory_claims final : notice_claims {
    struct row {
        std::string claimed_by;
        std::string cause;
        std::optional<notice_outcome> outcome;
    };
    std::map<std::string, row> rows;
    notice_circumstances around{
        .open_case = true,
        .told_since = false,
        .status = "past_due",
        .trial_end = {},
        .now = {}};
    std::chrono::seconds age{1};
    std::map<std::string, std::chrono::seconds> ages;  // of notices that are not so old
    std::set<std::string> told_since;                  // notices that a later one overtakes
    bool recovering = false;
    std::string holder = "me";
    faults trouble;

    notice_state_now look(const notice& at) override {
        return trouble.run([&] {
            notice_state_now found{
                .recorded = rows.contains(at.id), .taken = false, .age = age, .around = around};
            found.recovering = recovering;
            found.age = ages.contains(at.id) ? ages.at(at.id) : age;
            found.around.told_since = around.told_since || told_since.contains(at.id);
            if (found.recorded) {
                const row& one = rows.at(at.id);
                const bool others =
                    !one.claimed_by.empty() && (one.claimed_by != holder || !one.cause.empty());
                found.taken = one.outcome || others;
            }
            return found;
        });
    }
    bool claim(const std::string& notice) override {
        return trouble.run([&] {
            row& one = rows.at(notice);
            const bool free = !one.outcome && one.cause.empty() &&
                              (one.claimed_by.empty() || one.claimed_by == holder);
            one.claimed_by = free ? holder : one.claimed_by;
            return free;
        });
    }
    void release(const std::string& notice) override {
        trouble.run([&] {
            rows.at(notice).claimed_by.clear();
            return 0;
        });
    }
    void finish(const std::string& notice, notice_outcome how, std::string_view cause) override {
        trouble.run([&] {
            rows.at(notice) = {holder, std::string(cause), how};
            return 0;
        });
    }
    void leave_in_doubt(const std::string& notice, std::string_view cause) override {
        trouble.run([&] {
            rows.at(notice).cause = cause;
            return 0;
        });
    }
};

// Answers the same until told otherwise; of some customers always that it is not to be had.
struct known_recipients final : recipients {
    std::optional<no_recipient> why_not;
    std::map<std::string, std::string_view> never;  // by customer, with the cause
    int asked = 0;

    result<email_recipient, no_recipient> find(const notice& about) override {
        ++asked;
        if (about.customer && never.contains(about.customer->text())) {
            return no_recipient{std::nullopt, never.at(about.customer->text())};
        }
        if (why_not) {
            return *why_not;
        }
        return sample_recipient();
    }
};

// Answers what it is told in turn, then takes everything; keeps what it was given.
struct memory_mailer final : mailer {
    std::deque<mailed> answers;
    std::vector<email> given;

    mailed send(const email& what) override {
        given.push_back(what);
        if (answers.empty()) {
            return mailed::accepted;
        }
        const mailed next = answers.front();
        answers.pop_front();
        return next;
    }
};

}  // namespace billhook::tests
