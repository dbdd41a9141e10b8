#pragma once

#include "tests/simulation/sim_log.hpp"
#include "tests/simulation/sim_opener.hpp"
#include "tests/simulation/sim_pacing.hpp"
#include "worker/pipeline/run.hpp"

#include <sstream>
#include <string>

namespace billhook::simulation {

// One consumer from its start to the end of the log, or until it is told to stop.
struct sim_worker {
    sim_worker(
        const sim_log& from,
        sim_database& database,
        std::string name,
        std::size_t batch,
        bool ends = true,
        rd_kafka_resp_err_t answer = RD_KAFKA_RESP_ERR__TRANSPORT
    )
        : source(from, weather, {.records = batch, .ends = ends, .answer = answer, .numbers = {}}),
          postgres(sim_session<ledger, leases>(database, weather, std::move(name))) {}

    surroundings with() {
        return {
            .pace = pace,
            .changed = changed,
            .numbers = numbers,
            .lines = lines,
            .signs = signs,
            .time_every = std::chrono::milliseconds{20}};
    }
    ending work() { return run(source, postgres, with()); }

    faults weather;
    sim_source source;
    consumer_session postgres;
    sim_pacing pace;
    mirror_queue changed;
    metrics all_numbers;
    worker_metrics numbers{all_numbers};
    std::ostringstream said;
    class log lines {
        "worker", log_level::debug, log_format::text, said
    };
    heartbeat signs;
};

}  // namespace billhook::simulation
