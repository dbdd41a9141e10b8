#include "ingest/server/byte_line.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

namespace billhook {
namespace {

using answer = byte_line::answer;
using tickets = std::vector<byte_line::ticket>;

byte_line::owner at(const char* text) {
    return boost::asio::ip::make_address(text);
}
const byte_line::owner mallory = at("192.0.2.1");
const byte_line::owner alice = at("192.0.2.2");
const byte_line::owner nobody;
constexpr byte_line::bounds ten{.bytes = 10, .of_one_owner = 6, .waiting = 3};

TEST_CASE("byte line: who asks goes in whole or waits or is turned away") {
    struct row {
        const char* name;
        std::vector<std::pair<byte_line::owner, std::size_t>> before;
        byte_line::owner whose;
        std::size_t bytes;
        answer expected;
        bool hinders;  // mallory
    };
    // clang-format off
    const row rows[] = {
        {"alone", {}, alice, 6, answer::in, false},
        {"more than a share is never let in", {}, alice, 7, answer::full, false},
        {"nobody's has no share", {}, nobody, 10, answer::in, false},
        {"more than all is never let in", {}, nobody, 11, answer::full, false},
        {"beyond the share it waits for its own", {{alice, 4}}, alice, 3, answer::waits, false},
        {"the same of who is asked", {{mallory, 4}}, mallory, 3, answer::waits, true},
        {"beyond the whole it waits for all", {{mallory, 6}, {nobody, 2}}, alice, 3, answer::waits, true},
        {"another's share is no hindrance", {{mallory, 6}, {mallory, 1}}, alice, 4, answer::in, true},
        {"behind one of the same address nobody goes in", {{alice, 4}, {alice, 3}}, alice, 1, answer::waits, false},
        {"nobody overtakes who lacks the whole", {{mallory, 6}, {nobody, 5}}, alice, 1, answer::waits, true},
        {"a line has an end", {{nobody, 9}, {alice, 2}, {alice, 2}, {alice, 2}}, mallory, 2, answer::full, true},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.name);
        byte_line line{ten};
        byte_line::ticket next = 0;
        for (const auto& [whose, bytes] : row.before) {
            CHECK(line.ask(next++, whose, bytes) != answer::full);
        }
        CHECK(line.ask(next, row.whose, row.bytes) == row.expected);
        CHECK(line.hinders(mallory) == row.hinders);
    }
}

TEST_CASE("byte line: what is given back lets in by order of asking") {
    byte_line line{ten};
    CHECK(line.ask(0, mallory, 6) == answer::in);
    CHECK(line.ask(1, mallory, 6) == answer::waits);
    CHECK(line.ask(2, alice, 5) == answer::waits);
    CHECK(line.ask(3, nobody, 1) == answer::waits);
    CHECK(line.withdraw(2) == tickets{3});
    CHECK(line.give(mallory, 6) == tickets{1});
    CHECK(line.give(nobody, 1).empty());
    CHECK(line.give(mallory, 6).empty());
    CHECK(line.held() == 0);
    CHECK(line.held_by(mallory) == 0);
}

// A line beside which everything is counted once more.
struct counted_line {
    struct one {
        byte_line::owner whose;
        std::size_t bytes;
    };
    byte_line::bounds bounds;
    byte_line line{bounds};
    std::map<byte_line::ticket, one> in{};
    std::map<byte_line::ticket, one> waits{};

    void ask(byte_line::ticket who, const one& what) {
        switch (line.ask(who, what.whose, what.bytes)) {
            case answer::in:
                in.emplace(who, what);
                break;
            case answer::waits:
                waits.emplace(who, what);
                break;
            case answer::full:
                REQUIRE(waits.size() == bounds.waiting);
        }
    }
    void give(std::size_t place) {
        const auto gone = in.extract(std::next(in.begin(), static_cast<long>(place % in.size())));
        let_in(line.give(gone.mapped().whose, gone.mapped().bytes));
    }
    void withdraw(std::size_t place) {
        const auto at = std::next(waits.begin(), static_cast<long>(place % waits.size()));
        const auto who = at->first;
        waits.erase(at);
        let_in(line.withdraw(who));
    }
    void let_in(const tickets& who) {
        CHECK(std::is_sorted(who.begin(), who.end()));
        for (const auto each : who) {
            in.insert(waits.extract(each));
        }
    }
    void check() const {
        std::size_t held = 0;
        std::map<byte_line::owner, std::size_t> of;
        for (const auto& [who, each] : in) {
            held += each.bytes;
            of[each.whose] += each.bytes;
        }
        REQUIRE(line.held() == held);
        REQUIRE(held <= bounds.bytes);
        REQUIRE(line.waiting() == waits.size());
        for (const auto& [whose, bytes] : of) {
            REQUIRE((!whose || line.held_by(whose) == bytes));
            REQUIRE((!whose || bytes <= bounds.of_one_owner));
        }
        if (!waits.empty()) {
            // The first of the line lacks something.
            const auto& first = waits.begin()->second;
            const bool fits = held + first.bytes <= bounds.bytes;
            const bool has_share =
                !first.whose || line.held_by(first.whose) + first.bytes <= bounds.of_one_owner;
            REQUIRE_FALSE((fits && has_share));
            REQUIRE((line.hinders(first.whose) || !first.whose));
        }
    }
};

TEST_CASE("byte line: nothing leaks and no bound is passed and nobody waits for nothing") {
    const byte_line::owner owners[] = {mallory, alice, at("2001:db8::1"), nobody};
    for (unsigned seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        const auto pick = [&](unsigned below) {
            return static_cast<std::size_t>(random() % below);
        };
        counted_line all{
            {.bytes = 50 + pick(50), .of_one_owner = 20 + pick(20), .waiting = 1 + pick(40)}
        };
        for (byte_line::ticket next = 0; next < 400; ++next) {
            const auto step = pick(10);
            if (step < 6) {
                all.ask(next, {owners[pick(4)], 1 + pick(20)});
            } else if (step < 9 && !all.in.empty()) {
                all.give(pick(100));
            } else if (!all.waits.empty()) {
                all.withdraw(pick(100));
            }
            all.check();
        }
        while (!all.waits.empty()) {
            all.withdraw(0);
        }
        while (!all.in.empty()) {
            all.give(0);
        }
        all.check();
        CHECK(all.line.held() == 0);
        CHECK_FALSE(all.line.hinders(mallory));
    }
}

}  // namespace
}  // namespace billhook
