#include "schemas/types/money.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

namespace billhook {

TEST_CASE("money: is written with the digits of its currency") {
    const struct {
        money amount;
        const char* text;
    } rows[] = {
        {{4900, "usd"},                                     "49.00 USD"                     },
        {{5, "eur"},                                        "0.05 EUR"                      },
        {{0, "eur"},                                        "0.00 EUR"                      },
        {{-123456, "eur"},                                  "-1,234.56 EUR"                 },
        {{100000000, "usd"},                                "1,000,000.00 USD"              },
        {{5000, "jpy"},                                     "5,000 JPY"                     },
        {{7, "krw"},                                        "7 KRW"                         },
        {{12340, "kwd"},                                    "12.340 KWD"                    },
        {{5, "tnd"},                                        "0.005 TND"                     },
        {{120000, "isk"},                                   "1,200.00 ISK"                  },
        {{120000, "ugx"},                                   "1,200.00 UGX"                  },
        {{std::numeric_limits<std::int64_t>::min(), "usd"}, "-92,233,720,368,547,758.08 USD"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(to_text(row.amount) == row.text);
    }
}

TEST_CASE("money: a decimal number of units times a quantity is rounded once") {
    const struct {
        const char* decimal;
        std::int64_t quantity;
        std::optional<std::int64_t> amount;
    } rows[] = {
        {"2000",                         3,                 6000                 },
        {"2000",                         0,                 0                    },
        {"0.5",                          1,                 1                    },
        {"0.49",                         1,                 0                    },
        {"0.5",                          3,                 2                    },
        {"-0.5",                         1,                 -1                   },
        {"-20",                          2,                 -40                  },
        {"0.000000000001",               1'000'000'000'000, 1                    },
        {"0.333333333333",               3,                 1                    },
        {"999999999999999.999999999999", 1,                 1'000'000'000'000'000},
        {"1",                            INT64_MAX,         INT64_MAX            },
        {"1",                            INT64_MIN,         INT64_MIN            },
        {"1.1",                          INT64_MAX,         std::nullopt         },
        {"999999999999999",              INT64_MAX,         std::nullopt         },
    };
    for (const auto& row : rows) {
        CAPTURE(row.decimal);
        CAPTURE(row.quantity);
        CHECK(is_decimal(row.decimal));
        CHECK(times(row.decimal, row.quantity) == row.amount);
    }
    for (const auto* text :
         {"",
          "-",
          ".",
          "1.",
          ".5",
          "1e3",
          "+1",
          "1,5",
          "--1",
          "1.2.3",
          " 1",
          "0x1",
          "1000000000000000",
          "0.0000000000001"}) {
        CAPTURE(text);
        CHECK(!is_decimal(text));
    }
}

}  // namespace billhook
