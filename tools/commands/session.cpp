#include "tools/commands/session.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/projections.hpp"

#include <thread>

namespace billhook {
namespace {

constexpr std::chrono::milliseconds pause{500};

bool is_out_of_reach(const std::exception& thrown) {
    if (const auto* kafka = dynamic_cast<const kafka::failure*>(&thrown)) {
        return kafka->retryable();
    }
    return postgres::classify(thrown).what == postgres::remedy::reconnect;
}

}  // namespace

postgres::connect_options database_of(const settings& told) {
    return {.url = told.database.url, .application_name = "billhook"};
}

live_schema live_schema_of(pqxx::transaction_base& in) {
    const auto live = live_projection(in);
    if (!live) {
        throw postgres::failure(
            "there is no live projection; run billhook migrate", {postgres::remedy::alarm, {}}
        );
    }
    return {live->name, in.quote_name(live->schema), live->livemode};
}

void with_patience(std::chrono::seconds patience, const std::function<void()>& once) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            return once();
        } catch (const std::exception& thrown) {
            if (!is_out_of_reach(thrown) || std::chrono::steady_clock::now() + pause >= until) {
                throw;
            }
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace billhook
