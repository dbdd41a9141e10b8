#include "ingest/api/calls/away_gates.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

using namespace std::chrono_literals;

const away_gates::time then{};
const organization_id one{"org_1"};
const organization_id other{"org_2"};
const feature_type_map types{
    {"notes",    feature_type::on_or_off},
    {"patients", feature_type::limit    },
    {"seats",    feature_type::limit    }
};

gate told(const std::string& feature, bool allowed) {
    gate what;
    what.feature = feature;
    what.type = "switch";
    what.allowed = allowed;
    return what;
}

// "last_answer true", "stated false 0", "nothing".
std::string words(const std::optional<gate>& what) {
    if (!what) {
        return "nothing";
    }
    return std::string(to_word(what->basis)) + (what->allowed ? " true" : " false") +
           (what->limit ? ' ' + std::to_string(*what->limit) : "");
}

stated_gates stated(std::string_view text) {
    auto all = stated_gates_in(text, types);
    REQUIRE(all.has_value());
    return *std::move(all);
}

}  // namespace

TEST_CASE("away gates: what can be stated of a feature") {
    struct row {
        const char* text;
        const char* wrong;  // the part; nullptr: none is
    };
    const row rows[] = {
        {"",                                       nullptr                        },
        {"notes=true,patients=50,seats=unlimited", nullptr                        },
        {"notes=false",                            nullptr                        },
        {"patients=0",                             nullptr                        },
        {"notes=yes",                              "notes=yes"                    },
        {"notes=1",                                "notes=1"                      },
        {"notes",                                  "notes"                        },
        {"notes=true,notes=true",                  "notes=true"                   },
        {"patients=true",                          "patients=true"                },
        {"patients=-1",                            "patients=-1"                  },
        {"patients=5x",                            "patients=5x"                  },
        {"patients=",                              "patients="                    },
        {"patients=99999999999999999999",          "patients=99999999999999999999"},
        {"notes=true,unknown=true",                "unknown=true"                 },
        {"notes=true,,patients=1",                 ""                             },
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const auto all = stated_gates_in(each.text, types);
        CHECK(all.has_value() == (each.wrong == nullptr));
        CHECK((all ? "" : all.error()) == (each.wrong == nullptr ? "" : each.wrong));
    }
}

TEST_CASE("away gates: the last answer as long as it holds and then what is stated") {
    away_gates gates{10min, stated("notes=false,patients=50,seats=unlimited"), 100};
    CHECK(words(gates.recall(one, "notes", then)) == "stated false");
    gates.remember(one, told("notes", true), then);
    CHECK(words(gates.recall(one, "notes", then + 10min)) == "last_answer true");
    CHECK(words(gates.recall(one, "notes", then + 10min + 1ms)) == "stated false");
    CHECK(words(gates.recall(other, "notes", then)) == "stated false");
    CHECK(words(gates.recall(one, "patients", then)) == "stated true 50");
    CHECK(words(gates.recall(one, "seats", then)) == "stated true");
    CHECK(words(gates.recall(one, "unknown", then)) == "nothing");
    gates.remember(one, told("notes", false), then + 5min);
    CHECK(words(gates.recall(one, "notes", then + 15min)) == "last_answer false");
}

TEST_CASE("away gates: without a memory or a statement there is no answer") {
    away_gates silent{0s, {}, 100};
    silent.remember(one, told("notes", true), then);
    CHECK(words(silent.recall(one, "notes", then)) == "nothing");
    away_gates states{0s, stated("notes=true"), 100};
    states.remember(one, told("notes", false), then);
    CHECK(words(states.recall(one, "notes", then)) == "stated true");
}

TEST_CASE("away gates: who asked least lately gives way") {
    away_gates gates{10min, {}, 2};
    gates.remember(one, told("a", true), then);
    gates.remember(one, told("b", true), then);
    gates.remember(one, told("a", true), then + 1s);
    gates.remember(one, told("c", true), then + 2s);
    CHECK(words(gates.recall(one, "a", then + 2s)) == "last_answer true");
    CHECK(words(gates.recall(one, "b", then + 2s)) == "nothing");
    CHECK(words(gates.recall(one, "c", then + 2s)) == "last_answer true");
    // What holds no more takes no room.
    gates.remember(other, told("d", true), then + 1h);
    CHECK(words(gates.recall(other, "d", then + 1h)) == "last_answer true");
}

}  // namespace billhook::api
