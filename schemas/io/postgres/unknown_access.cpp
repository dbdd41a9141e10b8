#include "schemas/io/postgres/unknown_access.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <cstdint>
#include <variant>

namespace billhook::postgres {

namespace {

constexpr std::int64_t unlimited = -1;

}  // namespace

std::string features_json(const feature_map& features) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, value] : features) {
        if (const bool* const truth = std::get_if<bool>(&value)) {
            out.member(name, *truth);
        } else if (std::get<std::int64_t>(value) == unlimited) {
            out.member(name, nullptr);
        } else {
            out.member(name, std::get<std::int64_t>(value));
        }
    }
    out.end_object();
    return out.take();
}

feature_map features_from(std::string_view json) {
    const auto read = json::read(json);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_object());
    feature_map features;
    for (const json::value each : read->root().items()) {
        feature_value& value = features[std::string(each.key())];
        if (const auto truth = each.as_bool()) {
            value = *truth;
        } else if (each.is_null()) {
            value = unlimited;
        } else {
            BILLHOOK_ASSERT(each.as_int64().has_value());
            value = *each.as_int64();
        }
    }
    return features;
}

void store_unknown_access(pqxx::transaction_base& in, const catalogue& plans) {
    const plan* const trial = plans.find(plans.trial_plan);
    in.exec_params(
        "INSERT INTO billhook.unknown_access AS u (plan, features) VALUES ($1, $2::jsonb) "
        "ON CONFLICT (only_row) DO UPDATE SET plan = excluded.plan, features = excluded.features "
        "WHERE (u.plan, u.features) IS DISTINCT FROM (excluded.plan, excluded.features)",
        plans.trial_plan,
        features_json(trial == nullptr ? feature_map{} : trial->features)
    );
}

}  // namespace billhook::postgres
