#pragma once

#include "tools/simulator/render.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

// What several of Stripe's objects are made of.
namespace billhook::simulator {

namespace json = boost::json;

[[nodiscard]] json::value time_or_null(const std::optional<instant>& at);
[[nodiscard]] json::value text_or_null(const std::string& text);
[[nodiscard]] json::object pairs_hash(const metadata& pairs);
[[nodiscard]] json::object list_of(json::array data, const std::string& url);
[[nodiscard]] json::object price_hash(const price& what, const rendering& as);
[[nodiscard]] json::object plan_hash(const price& what, const rendering& as);

}  // namespace billhook::simulator
