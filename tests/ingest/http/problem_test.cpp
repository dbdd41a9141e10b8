#include "ingest/http/problem.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace billhook::http {
namespace {

using enum problem_code;

struct row {
    problem_code code;
    int status;
    const char* word;
};

constexpr row rows[] = {
    {malformed_request,            400, "malformed_request"           },
    {bad_method,                   400, "bad_method"                  },
    {bad_target,                   400, "bad_target"                  },
    {bad_host,                     400, "bad_host"                    },
    {bad_transfer_encoding,        400, "bad_transfer_encoding"       },
    {bad_content_length,           400, "bad_content_length"          },
    {bad_expectation,              400, "bad_expectation"             },
    {chunk_extension,              400, "chunk_extension"             },
    {trailer_fields,               400, "trailer_fields"              },
    {bad_signature,                400, "bad_signature"               },
    {unauthenticated,              401, "unauthenticated"             },
    {token_expired,                401, "token_expired"               },
    {no_active_organization,       403, "no_active_organization"      },
    {admin_required,               403, "admin_required"              },
    {impersonated_session,         403, "impersonated_session"        },
    {bad_parameter,                400, "bad_parameter"               },
    {malformed_body,               400, "malformed_body"              },
    {return_url_refused,           400, "return_url_refused"          },
    {bad_idempotency_key,          400, "bad_idempotency_key"         },
    {card_declined,                402, "card_declined"               },
    {not_found,                    404, "not_found"                   },
    {unknown_feature,              404, "unknown_feature"             },
    {unknown_plan,                 404, "unknown_plan"                },
    {method_not_allowed,           405, "method_not_allowed"          },
    {request_timeout,              408, "request_timeout"             },
    {operation_in_progress,        409, "operation_in_progress"       },
    {no_customer,                  409, "no_customer"                 },
    {no_subscription,              409, "no_subscription"             },
    {already_subscribed,           409, "already_subscribed"          },
    {trial_unavailable,            409, "trial_unavailable"           },
    {price_unavailable,            409, "price_unavailable"           },
    {other_currency,               409, "other_currency"              },
    {nothing_to_resume,            409, "nothing_to_resume"           },
    {length_required,              411, "length_required"             },
    {body_too_large,               413, "body_too_large"              },
    {unsupported_content_encoding, 415, "unsupported_content_encoding"},
    {idempotency_key_reused,       422, "idempotency_key_reused"      },
    {rate_limited,                 429, "rate_limited"                },
    {header_too_large,             431, "header_too_large"            },
    {internal_error,               500, "internal_error"              },
    {stripe_refused,               502, "stripe_refused"              },
    {overloaded,                   503, "overloaded"                  },
    {log_unavailable,              503, "log_unavailable"             },
    {not_ready,                    503, "not_ready"                   },
    {store_unavailable,            503, "store_unavailable"           },
    {standing_behind,              503, "standing_behind"             },
    {stripe_unavailable,           503, "stripe_unavailable"          },
    {keys_unavailable,             503, "keys_unavailable"            },
};

TEST_CASE("problem: every code has its status and its word in the body") {
    std::set<std::string> words;
    for (const auto& row : rows) {
        CAPTURE(row.word);
        const auto reply = to_response({.code = row.code});
        CHECK(reply.status == row.status);
        CHECK(status_of(row.code) == row.status);
        CHECK(to_word(row.code) == row.word);
        CHECK(reply.content_type == "application/problem+json");
        CHECK(reply.body.find("\"code\":\"" + std::string{row.word} + "\"") != std::string::npos);
        CHECK(reply.body.find("\"status\":" + std::to_string(row.status)) != std::string::npos);
        const bool says_when =
            row.status == 503 || row.status == 429 || row.code == operation_in_progress;
        CHECK(reply.retry_after.has_value() == says_when);
        CHECK(is_retryable(row.code) == (says_when || row.status == 408));
        words.insert(row.word);
    }
    CHECK(words.size() == std::size(rows));
    CHECK(static_cast<std::size_t>(last_problem_code) + 1 == std::size(rows));
}

TEST_CASE("problem: a body is a whole JSON object") {
    CHECK(
        to_response({.code = bad_signature}).body ==
        R"({"type":"about:blank","title":"The signature does not fit the body.","status":400,"code":"bad_signature","retryable":false})"
    );
    CHECK(
        to_response({.code = stripe_refused}, "req_1").body ==
        R"({"type":"about:blank","title":"Stripe refused the operation.","status":502,"code":"stripe_refused","retryable":false,"request_id":"req_1"})"
    );
}

TEST_CASE("problem: method_not_allowed names the methods that are") {
    CHECK(to_response({.code = method_not_allowed, .allow = "POST"}).allow == "POST");
}

}  // namespace
}  // namespace billhook::http
