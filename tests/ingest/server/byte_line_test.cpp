#include "ingest/server/byte_line.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <set>

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
constexpr byte_line::bounds ten{.bytes = 10, .of_one_owner = 6};

TEST_CASE("byte line: who asks goes in whole or waits") {
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
        {"nobody's has no share", {{nobody, 4}}, nobody, 6, answer::in, false},
        {"beyond the share it waits for its own", {{alice, 4}}, alice, 3, answer::waits, false},
        {"the same of who is asked", {{mallory, 4}}, mallory, 3, answer::waits, true},
        {"beyond the whole it waits for all", {{mallory, 6}, {nobody, 2}}, alice, 3, answer::waits, true},
        {"another's share is no hindrance", {{mallory, 6}, {mallory, 1}}, alice, 4, answer::in, true},
        {"behind one of the same address nobody goes in", {{alice, 4}, {alice, 3}}, alice, 1, answer::waits, false},
        {"nobody overtakes who lacks the whole", {{mallory, 6}, {nobody, 5}}, alice, 1, answer::waits, true},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.name);
        byte_line line{ten};
        byte_line::ticket next = 0;
        for (const auto& [whose, bytes] : row.before) {
            static_cast<void>(line.ask(next++, whose, bytes));
        }
        CHECK(line.ask(next, row.whose, row.bytes) == row.expected);
        CHECK(line.hinders(mallory) == row.hinders);
    }
}

TEST_CASE("byte line: what is given back goes to whom holds least and of his own in order") {
    byte_line line{ten};
    CHECK(line.ask(0, mallory, 5) == answer::in);
    CHECK(line.ask(1, nobody, 4) == answer::in);
    CHECK(line.ask(2, alice, 1) == answer::in);
    CHECK(line.ask(3, mallory, 1) == answer::waits);
    CHECK(line.ask(4, mallory, 2) == answer::waits);
    CHECK(line.ask(5, alice, 1) == answer::waits);
    CHECK(line.ask(6, alice, 2) == answer::waits);
    CHECK(line.ask(7, nobody, 1) == answer::waits);  // who has no share is taken to hold nothing
    CHECK(line.waiting() == 5);
    CHECK(line.give(nobody, 1) == tickets{7});
    CHECK(line.give(nobody, 1) == tickets{5});
    CHECK(line.give(nobody, 1).empty());
    CHECK(line.give(nobody, 1) == tickets{6});
    CHECK(line.give(mallory, 5) == tickets{3, 4});
    CHECK(line.waiting() == 0);
    CHECK(line.held() == 8);
    CHECK(line.held_by(mallory) == 3);
    CHECK(line.held_by(alice) == 4);
    CHECK(line.held_by(nobody) == 1);
}

TEST_CASE("byte line: of those who hold as much the one who waited longest is next") {
    byte_line line{ten};
    CHECK(line.ask(0, nobody, 10) == answer::in);
    CHECK(line.ask(1, mallory, 2) == answer::waits);
    CHECK(line.ask(2, alice, 2) == answer::waits);
    CHECK(line.ask(3, mallory, 2) == answer::waits);
    CHECK(line.ask(4, alice, 2) == answer::waits);
    CHECK(line.give(nobody, 2) == tickets{1});
    CHECK(line.give(nobody, 8) == tickets{2, 3, 4});
}

TEST_CASE("byte line: who goes away hinders nobody any more") {
    byte_line line{ten};
    CHECK(line.ask(0, mallory, 6) == answer::in);
    CHECK(line.ask(1, alice, 5) == answer::waits);
    CHECK(line.ask(2, nobody, 1) == answer::waits);
    CHECK(line.withdraw(1, alice) == tickets{2});
    CHECK_FALSE(line.hinders(mallory));
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
        }
    }
    void give(std::size_t place) {
        const auto gone = in.extract(std::next(in.begin(), static_cast<long>(place % in.size())));
        let_in(line.give(gone.mapped().whose, gone.mapped().bytes));
    }
    void withdraw(std::size_t place) {
        const auto at = std::next(waits.begin(), static_cast<long>(place % waits.size()));
        const auto who = at->first;
        const auto whose = at->second.whose;
        waits.erase(at);
        let_in(line.withdraw(who, whose));
    }
    void let_in(const tickets& who) {
        for (const auto each : who) {
            const auto moved = waits.extract(each);
            for (const auto& [other, what] : waits) {
                // By order of asking among his own.
                REQUIRE((other > each || what.whose != moved.mapped().whose));
            }
            in.emplace(each, moved.mapped());
        }
    }
    [[nodiscard]] bool lacks_share(const one& what) const {
        return what.whose && line.held_by(what.whose) + what.bytes > bounds.of_one_owner;
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
        // Of the first of each owner all lack their share, or one lacks the whole.
        std::set<byte_line::owner> seen;
        bool some_has_share = false;
        bool some_lacks_whole = false;
        for (const auto& [who, first] : waits) {
            if (seen.insert(first.whose).second) {
                REQUIRE((line.hinders(first.whose) || !first.whose));
                some_has_share |= !lacks_share(first);
                some_lacks_whole |= !lacks_share(first) && held + first.bytes > bounds.bytes;
            }
        }
        REQUIRE(some_has_share == some_lacks_whole);
        REQUIRE(line.hinders(nobody) == some_lacks_whole);
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
            {.bytes = 50 + pick(50), .of_one_owner = 20 + pick(20)}
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

TEST_CASE("byte line: whoever floods makes nobody wait who holds nothing") {
    for (std::uint32_t floods = 2; floods <= 20; ++floods) {
        CAPTURE(floods);
        // Room for three requests of each.
        byte_line line{
            {.bytes = 3 * floods, .of_one_owner = 3 * floods}
        };
        std::vector<byte_line::owner> flood;
        for (std::uint32_t i = 0; i < floods; ++i) {
            flood.emplace_back(boost::asio::ip::address_v4{0x7f020000u + i});
        }
        byte_line::ticket next = 0;
        for (; next < 1'000; ++next) {
            static_cast<void>(line.ask(next, flood[next % floods], 1));
        }
        // Several at a time, too: each with the next byte that is free.
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(line.ask(next + i, alice, 1) == answer::waits);
        }
        CHECK(line.give(flood[0], 1) == tickets{next});
        CHECK(line.give(flood[1], 1) == tickets{next + 1});
    }
}

}  // namespace
}  // namespace billhook
