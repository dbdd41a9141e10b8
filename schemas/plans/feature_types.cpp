#include "schemas/plans/feature_types.hpp"

#include "schemas/json/writer.hpp"

#include <variant>

namespace billhook {

namespace {

void add(feature_type_map& to, const feature_map& features) {
    for (const auto& [name, value] : features) {
        to.emplace(
            name,
            std::holds_alternative<bool>(value) ? feature_type::on_or_off : feature_type::limit
        );
    }
}

}  // namespace

std::string_view to_word(feature_type type) {
    switch (type) {
        case feature_type::on_or_off:
            return "switch";
        case feature_type::limit:
            return "limit";
    }
    return {};
}

feature_type_map feature_types(const catalogue& plans) {
    feature_type_map all;
    for (const plan& each : plans.plans) {
        add(all, each.features);
    }
    for (const addon& each : plans.addons) {
        add(all, each.features);
    }
    return all;
}

std::string to_text(const feature_type_map& types) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, type] : types) {
        out.member(name, to_word(type));
    }
    out.end_object();
    return out.take();
}

}  // namespace billhook
