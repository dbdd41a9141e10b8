#include "worker/insight/price_words.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace billhook {

TEST_CASE("price: an amount with the digits of its currency and how often and when next") {
    const std::optional<instant> then = from_unix_seconds(1'767'225'600);  // 2026-01-01
    const std::optional<instant> never;
    const struct {
        const char* name;
        std::optional<std::int64_t> amount;
        std::optional<std::string> currency;
        std::optional<std::string> interval;
        std::int64_t count;
        std::optional<instant> renews_at;
        std::optional<instant> cancels_at;
        const char* words;
    } rows[] = {
        {"nothing told",      {},         {},    {},      1, then,  never, ""                                   },
        {"no amount",         {},         "eur", "month", 1, then,  never, ""                                   },
        {"no currency",       4900,       {},    "month", 1, then,  never, ""                                   },
        {"two digits",
         4900,                            "eur",
         "month",                                         1,
         then,                                                      never,
         "49.00 EUR a month, next 2026-01-01 00:00 UTC"                                                         },
        {"no digits",
         5000,                            "jpy",
         "month",                                         3,
         then,                                                      never,
         "5,000 JPY every 3 months, next 2026-01-01 00:00 UTC"                                                  },
        {"three digits",      12'345'678, "kwd", "year",  1, never, never, "12,345.678 KWD a year"              },
        {"several intervals", 5,          "usd", {},      1, then,  never, "0.05 USD, next 2026-01-01 00:00 UTC"},
        {"it ends",
         0,                               "usd",
         "week",                                          2,
         never,                                                     then,
         "0.00 USD every 2 weeks, ends 2026-01-01 00:00 UTC"                                                    },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        renewal_terms terms;
        terms.amount = row.amount;
        terms.currency = row.currency;
        terms.interval = row.interval;
        terms.interval_count = row.count;
        terms.renews_at = row.renews_at;
        terms.cancels_at = row.cancels_at;
        CHECK(price_in_words(terms) == row.words);
    }
}

}  // namespace billhook
