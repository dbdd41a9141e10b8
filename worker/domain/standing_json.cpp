#include "worker/domain/standing_json.hpp"

#include "schemas/plans/features_text.hpp"

namespace billhook {

namespace {

struct shown_columns {
    json::writer& to;

    template <class T>
    void operator()(std::string_view name, const T& value) const {
        to.member(name, value);
    }
    void operator()(std::string_view name, const feature_map& features) const {
        to.key(name).add_raw(to_text(features));
    }
    void operator()(std::string_view name, const organization_id& id) const {
        to.member(std::string(name) + "_id", id);
    }
    void operator()(std::string_view name, const std::vector<std::string>& prices) const {
        to.member("unlisted", !prices.empty()).key(name).begin_array();
        for (const std::string& each : prices) {
            to.add(each);
        }
        to.end_array();
    }
    void operator()(std::string_view name, const std::optional<pending_change>& change) const {
        to.key(name).add_raw(change ? to_text(*change) : "null");
    }
    template <class Tag>
    void operator()(std::string_view name, const std::optional<strong_id<Tag>>& id) const {
        to.member(
            "stripe_" + std::string(name) + "_id", id ? std::optional{own_part(*id)} : std::nullopt
        );
    }
};

}  // namespace

void add_standing(json::writer& to, const standing& one) {
    to.begin_object();
    columns(one, shown_columns{to});
    to.end_object();
}

std::string change_json(const standing& now, std::int64_t version) {
    json::writer out;
    out.begin_object().member("version", version);
    columns(now, shown_columns{out});
    return out.end_object().take();
}

}  // namespace billhook
