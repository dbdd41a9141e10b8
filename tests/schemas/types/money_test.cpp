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

}  // namespace billhook
