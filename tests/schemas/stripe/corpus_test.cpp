#include "tests/builders/corpus.hpp"

#include "schemas/stripe/fact_text.hpp"
#include "schemas/stripe/redact.hpp"
#include "schemas/stripe/routing.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

// Over the recorded events of BILLHOOK_CORPUS; see the corpus's own README for its folders.
namespace billhook::stripe {

namespace {

namespace fs = std::filesystem;
using builders::contents;
using builders::corpus_files;

template <class Fields>
void check_round_trip(const Fields& fields) {
    Fields back;
    from_text(to_text(fields), back);
    CHECK(back == fields);
}

void check_said(const event& what) {
    const auto check_fact = [](const auto& fact) {
        check_round_trip(fact.state);
        check_round_trip(fact.replaced);
        CHECK_FALSE(fact.id.empty());
    };
    if (const auto* subscription = std::get_if<subscription_fact>(&what.said)) {
        check_fact(*subscription);
        CHECK_FALSE(subscription->state.status.empty());
        CHECK(subscription->state.items.size() > 0);
    } else if (const auto* invoice = std::get_if<invoice_fact>(&what.said)) {
        check_fact(*invoice);
        CHECK_FALSE(invoice->state.status.empty());
        CHECK(invoice->state.created.has_value());
    } else if (const auto* customer = std::get_if<customer_fact>(&what.said)) {
        check_fact(*customer);
    }
}

}  // namespace

TEST_CASE("corpus: every recorded event is an event") {
    std::size_t used = 0;
    std::size_t refused = 0;
    for (const fs::path& file : corpus_files(".")) {
        CAPTURE(file.filename().string());
        const std::string body = contents(file);
        const auto parsed = parse_event(body);
        CHECK_FALSE(route(body).key.empty());
        if (!parsed) {
            ++refused;
            CHECK(builders::mutilation_of(body) == parsed.error());
            continue;
        }
        CHECK(route(body).event_id == own_part(parsed->id));
        used += std::holds_alternative<std::monostate>(parsed->said) ? 0 : 1;
        check_said(*parsed);
    }
    MESSAGE(used, " of types that we use, ", refused, " refused");
}

TEST_CASE("corpus: every malformed body is refused and routed") {
    for (const fs::path& file : corpus_files("malformed")) {
        CAPTURE(file.filename().string());
        const std::string body = contents(file);
        CHECK(outcome_of(body) == "not_json");
        CHECK(route(body).key.size() == 64);
        CHECK_FALSE(route(body).event_id.has_value());
        CHECK(redact(body).starts_with("{\"unreadable\":"));
    }
}

TEST_CASE("corpus: every edge case without a mutation is an event that is ignored") {
    for (const fs::path& file : corpus_files("edge")) {
        CAPTURE(file.filename().string());
        const auto parsed = parse_event(contents(file));
        REQUIRE(parsed.has_value());
        CHECK(std::holds_alternative<std::monostate>(parsed->said));
    }
}

TEST_CASE("corpus: every mutated event has its one outcome") {
    const std::map<std::string, std::string> refused = {
        {"array_top",          "not_an_object"},
        {"created_float",      "no_created"   },
        {"created_missing",    "no_created"   },
        {"created_negative",   "no_created"   },
        {"created_string",     "no_created"   },
        {"data_missing",       "no_object"    },
        {"data_null",          "no_object"    },
        {"data_object_null",   "no_object"    },
        {"data_object_string", "no_object"    },
        {"duplicate_keys",     "not_json"     },
        {"id_5000_chars",      "id_too_long"  },
        {"id_missing",         "no_id"        },
        {"id_number",          "no_id"        },
    };
    for (const fs::path& file : corpus_files("edge/derived")) {
        const std::string stem = file.stem().string();
        const std::string name = stem.substr(stem.rfind("__") + 2);
        CAPTURE(name);
        const std::string body = contents(file);
        const auto row = refused.find(name);
        CHECK(outcome_of(body) == (row == refused.end() ? "parsed" : row->second));
        CHECK_FALSE(route(body).key.empty());
    }
}

TEST_CASE("corpus: sequences and bare objects are never the end of the process") {
    const char* const corpus = std::getenv("BILLHOOK_CORPUS");
    if (corpus == nullptr) {
        std::cout << "SKIPPED: BILLHOOK_CORPUS is not set\n";
        return;
    }
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
        if (entry.is_regular_file() && entry.path().extension() == ".json") {
            const std::string body = contents(entry.path());
            CAPTURE(entry.path().string());
            CHECK_FALSE(route(body).key.empty());
            CHECK_FALSE(redact(body).empty());
            CHECK(outcome_of(body) == outcome_of(body));
        }
    }
}

}  // namespace billhook::stripe
