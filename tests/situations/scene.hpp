#pragma once

#include "tools/simulator/account.hpp"
#include "tools/simulator/scenario.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

// What the script of a situation acts on.
namespace billhook::situations {

// Who says whose the subscriptions are.
enum class named_by : std::uint8_t { metadata, checkout, nobody };

struct scene {
    scene(const std::string& prefix, instant ends);

    instant end;
    std::string ours;
    std::string other;
    simulator::account_settings settings;  // of the account: set them before it is opened
    named_by how = named_by::metadata;
    bool unheard = false;  // nothing is heard of how it begins

    std::unique_ptr<simulator::account> stripe;
    std::unique_ptr<simulator::account> merchant;  // a connected account
    std::optional<simulator::organization_row> row;
    std::string customer;

    // The account begins this long before the end, with a customer whose card is good.
    void open(std::chrono::seconds before_end);
    void go_to(std::chrono::seconds before_end);
    std::string buy(simulator::subscribe_options options);
    std::string buy(const simulator::price& sold);
};

[[nodiscard]] simulator::price basic();
[[nodiscard]] simulator::price enterprise();
[[nodiscard]] simulator::price in_no_list();

}  // namespace billhook::situations
