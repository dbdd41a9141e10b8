#include "ingest/api/access/key_cache.hpp"

#include "tests/ingest/api/access/example.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

using namespace std::chrono_literals;

constexpr instant start = example::now;

key_set set_of(const std::string& name) {
    key_set::by_name keys;
    keys.emplace(name, example::key());
    return key_set(std::move(keys));
}

// A cache that fetched `name` at `start`.
key_cache filled(const std::string& name, std::optional<std::chrono::seconds> max_age = {}) {
    key_cache cache;
    REQUIRE(cache.begins_fetch(start));
    cache.fetched(set_of(name), max_age, start);
    return cache;
}

TEST_CASE("key cache: the first set is fetched at once and every key is awaited until it is there"
) {
    key_cache cache;
    CHECK(cache.next_fetch() <= start);
    CHECK(cache.find("a", start).what == key_lookup::awaited);
    CHECK(cache.begins_fetch(start));
    CHECK_FALSE(cache.begins_fetch(start + 1h));  // one at a time
    CHECK(cache.find("a", start + 1h).what == key_lookup::awaited);
    cache.fetched(set_of("a"), std::nullopt, start + 1h);
    const auto found = cache.find("a", start + 1h);
    CHECK(found.what == key_lookup::found);
    REQUIRE(found.key != nullptr);
    CHECK(found.key == found.set->find("a"));
}

TEST_CASE("key cache: failures count for the ten seconds and the last good set stays") {
    key_cache cache;
    REQUIRE(cache.begins_fetch(start));
    cache.failed();
    CHECK_FALSE(cache.begins_fetch(start + 9s));
    CHECK(cache.find("a", start + 9s).what == key_lookup::awaited);
    CHECK(cache.next_fetch() == start + 10s);
    REQUIRE(cache.begins_fetch(start + 10s));
    cache.fetched(set_of("a"), std::nullopt, start + 11s);
    for (auto at = start + 5min + 11s; at < start + 10h; at += 10s) {
        REQUIRE(cache.begins_fetch(at));
        cache.failed();
        CHECK(cache.find("a", at).what == key_lookup::found);
        CHECK(cache.find("b", at + 1s).what == key_lookup::awaited);  // nobody can say
    }
}

TEST_CASE("key cache: a flood of unknown names causes one fetch in ten seconds") {
    auto cache = filled("a");
    int fetches = 0;
    int awaited = 0;
    for (auto at = start; at < start + 60s; at += 100ms) {
        const auto name = std::to_string(at.time_since_epoch().count());
        awaited += cache.find(name, at).what == key_lookup::awaited ? 1 : 0;
        if (cache.begins_fetch(at)) {
            ++fetches;
            cache.fetched(set_of("a"), std::nullopt, at);
        }
    }
    CHECK(fetches == 5);  // at 10, 20 ... 50 s
    CHECK(awaited == 5);  // all others were told at once that there is no such key
}

TEST_CASE("key cache: a name that came with a rotation is found after one fetch") {
    auto cache = filled("a");
    CHECK(cache.find("b", start + 9s).what == key_lookup::unknown);
    CHECK_FALSE(cache.begins_fetch(start + 9s));
    CHECK(cache.find("b", start + 10s).what == key_lookup::awaited);
    CHECK(cache.begins_fetch(start + 10s));
    cache.fetched(set_of("b"), std::nullopt, start + 11s);
    CHECK(cache.find("b", start + 11s).what == key_lookup::found);
    CHECK(cache.find("a", start + 11s).what == key_lookup::unknown);  // withdrawn
}

TEST_CASE("key cache: a set is fresh for its max-age within bounds") {
    struct row {
        const char* name;
        std::optional<std::chrono::seconds> max_age;
        std::chrono::seconds fresh;
    };
    const row rows[] = {
        {"none told", std::nullopt, 300s   },
        {"an hour",   3600s,        3600s  },
        {"nothing",   0s,           60s    },
        {"a year",    8760h,        86'400s},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        auto cache = filled("a", row.max_age);
        CHECK(cache.next_fetch() == start + row.fresh);
        CHECK_FALSE(cache.begins_fetch(start + row.fresh - 1s));
        CHECK(cache.begins_fetch(start + row.fresh));
    }
}

TEST_CASE("key cache: a clock that was set back keeps nothing from being fetched") {
    key_cache cache;
    REQUIRE(cache.begins_fetch(start));
    cache.failed();
    CHECK(cache.begins_fetch(start - 1h));
}

TEST_CASE("key cache: what a Cache-Control says of its age") {
    struct row {
        const char* text;
        std::optional<std::chrono::seconds> age;
    };
    const row rows[] = {
        {"max-age=60",                60s         },
        {"public, Max-Age=3600 ,x=1", 3600s       },
        {"s-maxage=1, max-age=2",     2s          },
        {"max-age=-1",                std::nullopt},
        {"max-age=1h",                std::nullopt},
        {"max-age=99999999999",       std::nullopt},
        {"no-store",                  std::nullopt},
        {"",                          std::nullopt},
        {",,,",                       std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.text));
        CHECK(max_age_in(row.text) == row.age);
    }
}

}  // namespace
}  // namespace billhook::api
