#include "tests/situations/scene.hpp"

#include <utility>

namespace billhook::situations {

namespace {

simulator::metadata naming(const std::string& organization) {
    return {
        {"organization_id", organization}
    };
}

}  // namespace

scene::scene(const std::string& prefix, instant ends)
    : end(ends), ours("org_" + prefix), other(ours + "_other") {
    settings.prefix = prefix;
    settings.period = std::chrono::days{30};
}

void scene::open(std::chrono::seconds before_end) {
    stripe = std::make_unique<simulator::account>(settings, end - before_end);
    if (unheard) {
        stripe->lose("");
    }
    customer =
        stripe->create_customer(how == named_by::metadata ? naming(ours) : simulator::metadata{});
    stripe->set_card(customer, simulator::card::good);
}

void scene::go_to(std::chrono::seconds before_end) {
    stripe->advance_to(end - before_end);
}

std::string scene::buy(simulator::subscribe_options options) {
    if (how == named_by::metadata) {
        options.metadata = naming(ours);
    }
    return stripe->subscribe(customer, options);
}

std::string scene::buy(const simulator::price& sold) {
    simulator::subscribe_options options;
    options.price = sold;
    return buy(std::move(options));
}

simulator::price basic() {
    return {"price_basic", "prod_basic", "basic_monthly", "Basic", 2900, 0};
}

simulator::price enterprise() {
    return {"price_enterprise", "prod_enterprise", "enterprise_monthly", "Enterprise", 9900, 1};
}

simulator::price in_no_list() {
    return {"price_extra", "prod_extra", "", "Extra", 500, std::nullopt};
}

}  // namespace billhook::situations
