#include "worker/projections/promotion.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/postgres/projection_schema.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/projections/promotion_news.hpp"

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

#include <fmt/format.h>
#include <optional>

namespace billhook {

namespace {

bool is_behind(pqxx::transaction_base& in, const projection& live, const projection& built) {
    const bool offsets =
        in.exec_params1(
              "SELECT EXISTS (SELECT FROM billhook.offsets l LEFT JOIN billhook.offsets b ON "
              "b.projection = $2 AND b.topic = l.topic AND b.partition = l.partition WHERE "
              "l.projection = $1 AND (b.partition IS NULL OR b.next_offset < l.next_offset OR "
              "(l.complete_to IS NOT NULL AND (b.complete_to IS NULL OR b.complete_to < "
              "l.complete_to))))",
              live.name,
              built.name
        )[0]
            .as<bool>();
    return offsets || in.exec1(fmt::format(
                          "SELECT EXISTS (SELECT FROM {}.standings WHERE as_of IS NULL)",
                          in.quote_name(built.schema)
                      ))[0]
                          .as<bool>();
}

void exchange(pqxx::transaction_base& in, const projection& live, const projection& built) {
    const auto becomes = [&](const projection& which, const char* role) {
        in.exec_params0(
            "UPDATE billhook.projections SET role = $2, generation = generation + 1 WHERE name = "
            "$1",
            which.name,
            role
        );
    };
    becomes(live, "old");
    becomes(built, "live");
    in.exec_params0(
        "UPDATE billhook.offsets SET epoch = epoch + 1, stop_at = NULL WHERE projection IN ($1, "
        "$2)",
        live.name,
        built.name
    );
    // What was settled for a record stays settled.
    in.exec_params0(
        "UPDATE billhook.dead_letters n SET resolved_at = o.resolved_at, resolution = "
        "o.resolution, "
        "note = o.note FROM billhook.dead_letters o WHERE n.projection = $2 AND o.projection = $1 "
        "AND o.topic = n.topic AND o.partition = "
        "n.partition AND o.record_offset = n.record_offset AND n.resolved_at IS NULL",
        live.name,
        built.name
    );
}

promotion promote_in(
    pqxx::work& in,
    const std::string& name,
    const postgres::applied_plans& plans,
    std::chrono::milliseconds patience,
    const std::function<void()>& before_commit,
    const std::optional<acting>& by
) {
    in.exec(fmt::format(
        "SELECT set_config('search_path', '', true), set_config('lock_timeout', '{}ms', true), "
        "set_config('statement_timeout', '0', true), "
        "set_config('idle_in_transaction_session_timeout', '60s', true)",
        patience.count()
    ));
    in.exec("SELECT pg_advisory_xact_lock(hashtextextended('billhook.migrate', 0))");
    static_cast<void>(postgres::become_owner(in));
    // Every transaction that writes a projection holds ACCESS SHARE from its first statement on.
    in.exec("LOCK TABLE billhook.projections IN ACCESS EXCLUSIVE MODE");
    const auto live = live_projection(in);
    const auto built = find_projection(in, name);
    if (!live || !built || built->role != "building" || built->fold_version != fold_version) {
        return {.ending = promotion_ending::not_ours, .retired = {}, .news = {}};
    }
    if (plans.version != 0 && plans.version != postgres::plans_version(in)) {
        return {.ending = promotion_ending::other_plans, .retired = {}, .news = {}};
    }
    if (is_behind(in, *live, *built)) {
        return {.ending = promotion_ending::behind, .retired = {}, .news = {}};
    }
    const auto in_force = postgres::plans_in_force(in);
    const promotion_news told = tell_promotion(
        in,
        {.live = *live,
         .built = *built,
         .live_plans = in_force.text.plans,
         .built_plans = plans.text.plans}
    );
    exchange(in, *live, *built);
    if (plans.version == 0) {
        (void)postgres::add_plans(in, plans.text);
    }
    static_cast<void>(postgres::replace_views(in, built->name, built->schema));
    postgres::grant_projection(in, built->schema);
    if (by) {
        record_act(in, "promote", name, *by);
    }
    before_commit();
    in.commit();
    return {.ending = promotion_ending::done, .retired = live->name, .news = told};
}

}  // namespace

promotion try_promote(
    postgres::connection& owner,
    const std::string& name,
    const postgres::applied_plans& plans,
    std::chrono::milliseconds patience,
    const std::function<void()>& before_commit,
    const std::optional<acting>& by
) {
    try {
        pqxx::work in(owner.raw());
        return promote_in(in, name, plans, patience, before_commit, by);
    } catch (const std::exception& thrown) {
        const auto why = postgres::classify(thrown);
        if (why.what == postgres::remedy::retry) {
            return {.ending = promotion_ending::locked_out, .retired = {}, .news = {}};
        }
        throw;
    }
}

}  // namespace billhook
