#include "ingest/api/calls/away_gates.hpp"

#include <charconv>
#include <cstdint>
#include <iterator>
#include <system_error>

namespace billhook::api {

namespace {

// Nothing: a feature of that type has no such answer.
std::optional<gate> stated_gate(std::string name, feature_type type, std::string_view answer) {
    gate found;
    found.feature = std::move(name);
    found.type = to_word(type);
    found.basis = gate_basis::stated;
    if (type == feature_type::on_or_off) {
        found.allowed = answer == "true";
        return answer == "true" || answer == "false" ? std::optional{found} : std::nullopt;
    }
    if (answer == "unlimited") {
        found.allowed = true;
        return found;
    }
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
    if (wrong != std::errc{} || end != answer.data() + answer.size() || number < 0) {
        return std::nullopt;
    }
    found.allowed = number > 0;
    found.limit = number;
    return found;
}

}  // namespace

result<stated_gates, std::string> stated_gates_in(
    std::string_view text,
    const feature_type_map& types
) {
    stated_gates all;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
        const auto equals = part.find('=');
        const std::string name(part.substr(0, equals));
        const auto type = types.find(name);
        if (equals == part.npos || type == types.end()) {
            return std::string(part);
        }
        const auto stated = stated_gate(name, type->second, part.substr(equals + 1));
        if (!stated || !all.emplace(name, *stated).second) {
            return std::string(part);
        }
    }
    return all;
}

void away_gates::remember(const organization_id& whose, const gate& told, time now) {
    if (memory_.count() == 0) {
        return;
    }
    const std::lock_guard lock(guard_);
    const auto [at, is_new] = entries_.try_emplace(name{whose, told.feature});
    if (is_new) {
        by_age_.push_back({at->first, told, now});
        at->second = std::prev(by_age_.end());
    } else {
        at->second->told = told;
        at->second->at = now;
        by_age_.splice(by_age_.end(), by_age_, at->second);
    }
    while (!by_age_.empty() && (by_age_.size() > most_ || by_age_.front().at + memory_ < now)) {
        entries_.erase(by_age_.front().of);
        by_age_.pop_front();
    }
}

std::optional<gate> away_gates::recall(
    const organization_id& whose,
    const std::string& feature,
    time now
) const {
    {
        const std::lock_guard lock(guard_);
        const auto at = entries_.find({whose, feature});
        if (at != entries_.end() && now <= at->second->at + memory_) {
            gate last = at->second->told;
            last.basis = gate_basis::last_answer;
            return last;
        }
    }
    const auto stated = stated_.find(feature);
    return stated == stated_.end() ? std::nullopt : std::optional{stated->second};
}

}  // namespace billhook::api
