#include "tools/commands/consent.hpp"

#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "worker/ledger/postgres_ledger.hpp"

#include <pqxx/nontransaction>

#include <chrono>

namespace billhook {
namespace {

using namespace std::chrono_literals;

// A line now and then, for who waits.
class slow_lines {
public:
    explicit slow_lines(const char* done, std::size_t all) : done_(done), all_(all) {}

    void operator()(std::size_t count) {
        if (std::chrono::steady_clock::now() >= next_) {
            next_ = std::chrono::steady_clock::now() + 5s;
            warn("{} of {} records {}\n", count, all_, done_);
        }
    }

private:
    const char* done_;
    std::size_t all_;
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + 5s;
};

// The notifier sends nothing for a minute (worker/notifier): what comes by then may overtake what
// was decided before. It ends by itself.
void hold_notices(pqxx::connection& in) {
    pqxx::nontransaction asks(in);
    asks.exec(
        "INSERT INTO billhook.leases (name, holder, until) VALUES ('recovery', 'billhook', "
        "clock_timestamp() + interval '1 minute') ON CONFLICT (name) DO UPDATE SET holder = "
        "excluded.holder, until = excluded.until"
    );
}

}  // namespace

bool consent::given_for(spool& waiting) {
    if (waiting.size() == 0) {
        return true;
    }
    postgres::connection database(database_of(all_));
    postgres_ledger books(database, 1);
    const auto now = foretell(waiting, books, slow_lines("tried", waiting.size()));
    counted_.add(now);
    if (now.notices == 0) {
        warn("{} records, of which nobody would be told\n", waiting.size());
        return true;
    }
    warn("{} records; notices that would be sent at once: {}\n", waiting.size(), now.text());
    if (!agreed_) {
        warn(
            "none of them was published: --yes publishes and sends; after `billhook notices since "
            "now` nobody is told of what fell due before\n"
        );
    }
    return agreed_;
}

void consent::release(spool& waiting, publisher& into) const {
    if (waiting.size() == 0) {
        return;
    }
    postgres::connection database(database_of(all_));
    slow_lines lines("published", waiting.size());
    hold_notices(database.raw());
    billhook::release(waiting, into, [&](std::size_t count) {
        hold_notices(database.raw());
        lines(count);
    });
}

}  // namespace billhook
