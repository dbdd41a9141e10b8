#include "tools/commands/recovery_session.hpp"

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "tools/commands/session.hpp"

#include <utility>

namespace billhook {
namespace {

bool livemode_in(pqxx::connection& on) {
    pqxx::work in(on);
    return live_schema_of(in).livemode;
}

}  // namespace

recovery_session::recovery_session(
    const settings& all,
    bool agreed,
    stripe::client::waiting wait
)
    : all_(all),
      database_(database_of(all)),
      livemode_(livemode_in(database_.raw())),
      told_(stripe_client_or_problem(all, livemode_)),
      from_(
          told_.value_or(stripe::client_settings{}),
          wait ? std::move(wait) : [this](std::chrono::milliseconds pause) {
              time_.sleep(pause);
              return true;
          }
      ),
      asked_(all, agreed) {
    from_.on_trouble([this](const stripe::trouble& what) { met_.add(what); });
}

void recovery_session::reach_log() const {
    constexpr std::chrono::seconds patience{8};
    kafka::admin(kafka::client_settings_from(all_.kafka)).reach(patience);
}

folding recovery_session::wait_until_folded(
    std::chrono::milliseconds patience,
    const std::function<void(const folding&)>& watch
) {
    auto& on = database_.raw();
    return billhook::wait_until_folded(on, database_time(on), patience, watch);
}

bool recovery_session::released(spool& waiting) {
    if (!allowed(waiting)) {
        return false;
    }
    if (waiting.size() > 0) {
        reach_log();
        kafka::kafka_publisher log(kafka::producer_settings_from(all_.kafka));
        asked_.release(waiting, log);
    }
    return true;
}

}  // namespace billhook
