#include "ingest/api/service/standing_store.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/json/writer.hpp"

#include <pqxx/connection>

#include <fmt/format.h>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace billhook::api {

namespace {

constexpr auto never = std::chrono::steady_clock::time_point::max();

// A time as RFC 3339 has it.
std::string time(std::string_view column) {
    return fmt::format("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')", column);
}

// In the order of `row_from`.
std::string standing_columns() {
    return fmt::format(
        "organization_id, plan, subscription_status, access, reason, in_dunning, stale, unlisted, "
        "{}, {}, {}, {}, {}, {}, quantity, billing_interval, billing_interval_count, currency, "
        "amount, features, pending_change, {}",
        time("grace_until"),
        time("restricted_until"),
        time("next_change_at"),
        time("renews_at"),
        time("cancels_at"),
        time("trial_ends_at"),
        time("as_of")
    );
}

struct statement {
    const char* name;
    std::string text;
};

std::vector<statement> statements() {
    return {
        {"standing",
         "SELECT " + standing_columns() +
             " FROM billing.organization_access WHERE organization_id = $1"                  },
 // OFFSET 0 keeps the view within: each of its arms is asked by its index for one at a time,
  // as in the question above.
        {"standings",
         "SELECT " + standing_columns() +
             ", asked.place - 1 FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS "
             "asked(id, place) CROSS JOIN LATERAL (SELECT * FROM billing.organization_access a "
             "WHERE a.organization_id = asked.id OFFSET 0) found"                            },
        {"all_features",
         "SELECT coalesce(jsonb_object_agg(f.name, CASE f.type WHEN 'switch' THEN 'true'::jsonb "
         "ELSE 'null'::jsonb END), '{}') FROM billing.features() f"                          },
        {"gate",
         "SELECT f.name, f.type, g.allowed, g.\"limit\" FROM billing.features() f CROSS JOIN "
         "LATERAL billing.gate($1::text, f.name) g WHERE f.name = $2"                        },
        {"had_trial",
         "SELECT EXISTS (SELECT FROM billing.organization_subscriptions WHERE organization_id = "
         "$1 AND had_trial)"                                                                 },
        {"customers",
         "SELECT c.stripe_customer_id, c.deleted FROM billing.organization_customers c WHERE "
         "c.organization_id = $1 ORDER BY (c.stripe_customer_id = (SELECT a.stripe_customer_id "
         "FROM billing.organization_access a WHERE a.organization_id = $1)) DESC NULLS LAST, "
         "c.created DESC NULLS LAST"                                                         },
        {"living_subscription",
         "SELECT stripe_subscription_id FROM billing.organization_subscriptions WHERE "
         "organization_id = $1 AND ended_at IS NULL ORDER BY created DESC NULLS LAST LIMIT 1"},
        {"subscriptions",
         "SELECT stripe_subscription_id, coalesce(subscription_status, ''), had_trial FROM "
         "billing.organization_subscriptions WHERE organization_id = $1 ORDER BY created DESC "
         "NULLS LAST"                                                                        },
        {"contains",
         "SELECT EXISTS (SELECT FROM billing.progress WHERE topic = $1 AND partition = $2 AND "
         "next_offset > $3)"                                                                 },
        {"check",               "SELECT count(*) FROM billing.progress"                      },
    };
}

template <class T>
std::optional<T> maybe(const pqxx::field& of) {
    return of.is_null() ? std::nullopt : std::optional<T>(of.as<T>());
}

standing_row row_from(const pqxx::row& of) {
    standing_row found;
    int at = 0;
    const auto text = [&] { return of[at++].as<std::string>(""); };
    const auto truth = [&] { return of[at++].as<bool>(false); };
    const auto perhaps = [&] { return maybe<std::string>(of[at++]); };
    const auto number = [&] { return maybe<std::int64_t>(of[at++]); };
    found.organization = organization_id{text()};
    found.plan = perhaps();
    found.subscription_status = text();
    found.access = text();
    found.reason = text();
    found.in_dunning = truth();
    found.stale = truth();
    found.unlisted = truth();
    found.grace_until = perhaps();
    found.restricted_until = perhaps();
    found.next_change_at = perhaps();
    found.renews_at = perhaps();
    found.cancels_at = perhaps();
    found.trial_ends_at = perhaps();
    found.quantity = number();
    found.billing_interval = perhaps();
    found.billing_interval_count = number();
    found.currency = perhaps();
    found.amount_minor = number();
    found.features = text();
    found.pending_change = perhaps();
    found.as_of = perhaps();
    return found;
}

}  // namespace

standing_store::standing_store(postgres::connect_options where, std::string topic, store_news& news)
    : where_(std::move(where)), topic_(std::move(topic)), news_(news) {}

void standing_store::connect() {
    session_ = std::make_unique<postgres::connection>(where_);
    {
        const std::lock_guard lock(guard_);
        socket_ = session_->socket();
    }
    {
        // All that is asked here is found by an index, whatever its parameters are: to plan it anew
        // takes longer than to ask it.
        pqxx::nontransaction in{session_->raw()};
        in.exec0("SET plan_cache_mode = force_generic_plan");
        in.exec0("SET jit = off");
    }
    for (const statement& each : statements()) {
        session_->raw().prepare(each.name, each.text);
    }
}

void standing_store::disconnect() {
    {
        const std::lock_guard lock(guard_);
        socket_ = -1;
    }
    session_.reset();
}

bool standing_store::give_up(std::chrono::steady_clock::time_point asked_before) {
    const std::lock_guard lock(guard_);
    if (asked_ >= asked_before) {
        return false;
    }
    if (socket_ != -1) {
        ::shutdown(socket_, SHUT_RDWR);  // libpq, which waits for it, takes it as closed
    }
    return true;
}

void standing_store::is_asked(std::chrono::steady_clock::time_point at) {
    const std::lock_guard lock(guard_);
    asked_ = at;
}

pqxx::result standing_store::ask(const question& what) {
    for (bool again = session_ != nullptr;; again = false) {
        try {
            is_asked(std::chrono::steady_clock::now());
            if (!session_) {
                connect();
            }
            pqxx::nontransaction in{session_->raw()};
            auto rows = what(in);
            is_asked(never);
            news_.answers();
            return rows;
        } catch (const std::exception& why) {
            is_asked(never);
            disconnect();
            const auto diagnosed = postgres::classify(why);
            if (diagnosed.what == postgres::remedy::stop) {
                throw;
            }
            // A session that broke while nobody used it costs nothing but another one.
            if (!again || diagnosed.what != postgres::remedy::reconnect) {
                const auto cause = postgres::cause_of(why);
                news_.is_away(cause);
                throw store_unavailable{cause};
            }
        }
    }
}

std::optional<standing_row> standing_store::standing(const organization_id& of) {
    const auto rows = ask([&](auto& in) { return in.exec_prepared("standing", of.text()); });
    return rows.empty() ? std::nullopt : std::optional{row_from(rows[0])};
}

std::vector<std::optional<standing_row>> standing_store::standings(
    std::span<const organization_id> of
) {
    json::writer ids;
    ids.begin_array();
    for (const auto& each : of) {
        ids.add(each);
    }
    const std::string asked = ids.end_array().take();
    std::vector<std::optional<standing_row>> found(of.size());
    for (const auto& row : ask([&](auto& in) { return in.exec_prepared("standings", asked); })) {
        found.at(row[row.size() - 1].as<std::size_t>()) = row_from(row);
    }
    return found;
}

standing_row standing_store::unseen(const organization_id& of) {
    const auto rows = ask([&](auto& in) { return in.exec_prepared("all_features"); });
    standing_row found;
    found.organization = of;
    found.subscription_status = "trial";
    found.access = "full";
    found.reason = "unknown";
    found.features = rows[0][0].as<std::string>();
    return found;
}

std::optional<gate> standing_store::ask_gate(
    const organization_id& of,
    const std::string& feature
) {
    const auto rows = ask([&](auto& in) { return in.exec_prepared("gate", of.text(), feature); });
    if (rows.empty()) {
        return std::nullopt;
    }
    gate found;
    found.feature = rows[0][0].as<std::string>();
    found.type = rows[0][1].as<std::string>();
    found.allowed = rows[0][2].as<bool>();
    found.limit = maybe<std::int64_t>(rows[0][3]);
    return found;
}

standing_store::known_customers standing_store::customers(const organization_id& of) {
    const auto rows = ask([&](auto& in) { return in.exec_prepared("customers", of.text()); });
    known_customers found;
    for (const auto& row : rows) {
        const bool deleted = row[1].as<bool>();
        found.deleted += deleted ? 1U : 0U;
        if (!deleted && !found.living) {
            found.living = row[0].as<std::string>();
        }
    }
    return found;
}

std::optional<std::string> standing_store::living_subscription(const organization_id& of) {
    const auto rows =
        ask([&](auto& in) { return in.exec_prepared("living_subscription", of.text()); });
    return rows.empty() ? std::nullopt : maybe<std::string>(rows[0][0]);
}

std::vector<owned_subscription> standing_store::subscriptions(const organization_id& of) {
    std::vector<owned_subscription> found;
    for (const auto& row :
         ask([&](auto& in) { return in.exec_prepared("subscriptions", of.text()); })) {
        owned_subscription one;
        one.id = row[0].as<std::string>();
        one.status = row[1].as<std::string>();
        one.had_trial = row[2].as<bool>(false);
        found.push_back(std::move(one));
    }
    return found;
}

bool standing_store::had_trial(const organization_id& of) {
    const auto rows = ask([&](auto& in) { return in.exec_prepared("had_trial", of.text()); });
    return rows[0][0].as<bool>();
}

bool standing_store::contains(const log_position& at) {
    const auto rows = ask([&](auto& in) {
        return in.exec_prepared("contains", topic_, at.partition, at.offset);
    });
    return rows[0][0].as<bool>();
}

void standing_store::check() {
    static_cast<void>(ask([&](auto& in) { return in.exec_prepared("check"); }));
}

}  // namespace billhook::api
