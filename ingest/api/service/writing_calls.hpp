#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/api/calls/target.hpp"
#include "ingest/api/service/operations.hpp"
#include "ingest/api/service/price_board.hpp"
#include "ingest/api/service/snapshot_log.hpp"
#include "ingest/api/service/standing_store.hpp"
#include "schemas/io/process/clock.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/stripe_api/circuit.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "schemas/plans/catalogue.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace billhook::api {

// A call for which Stripe is asked.
struct stripe_call {
    call what;
    caller who;
    std::string body;
    bool wants_json = false;  // Accept: application/json, where the answer else is a redirect
    std::chrono::steady_clock::time_point until;  // then the caller has gone
};

// What such calls share, over all threads.
struct stripe_side {
    snapshot_log& log_of_record;
    stripe::circuit& circuit;
    operations& running;
    price_board& prices;
    const clock& time;
    log& lines;
    bool livemode = false;
    std::vector<std::string> return_origins;
    const catalogue& plans;
};

// Answers, on a thread that may block: with the session at Postgres and the client of that thread.
// Every refusal of Stripe's and every failure is a problem with a line in the log, which names the
// call, Stripe's words and its Request-Id. Throws store_unavailable.
[[nodiscard]] http::response answer_to(
    const stripe_call& asked,
    standing_store& state,
    stripe::client& stripe,
    const stripe_side& with
);

}  // namespace billhook::api
