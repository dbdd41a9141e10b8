#include "tools/simulator/recorded_account.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {
namespace {

// Nothing where it is not.
const recorded_object* object_in(const recorded_account& account, std::string_view id) {
    const auto found = std::ranges::find(account.objects, id, &recorded_object::id);
    return found == account.objects.end() ? nullptr : &*found;
}

std::string event(const std::string& id, const std::string& type, const std::string& object) {
    return R"({"id":")" + id + R"(","object":"event","created":500,"livemode":false,"type":")" +
           type + R"(","data":{"object":)" + object + "}}";
}

}  // namespace

TEST_CASE("recorded account: what was told last is there with its prices and its customers") {
    const std::vector<std::string> bodies{
        "not JSON",
        R"({"object":"list","data":[{"id":"sub_1","object":"subscription","customer":"cus_1",)"
        R"("created":300,"status":"active","plan":{"id":"gold","amount":900,"interval":"year"}}]})",
        R"({"id":"in_1","object":"invoice","created":301,"livemode":false,"customer":"cus_1",)"
        R"("parent":{"subscription_details":{"subscription":"sub_1"}},"status":"open"})",
        R"({"id":"in_2","object":"invoice","livemode":true})",
        R"({"id":"ch_1","object":"charge"})",
        event(
            "evt_1",
            "customer.subscription.updated",
            R"({"id":"sub_1","object":"subscription","created":300,"status":"past_due",)"
            R"("customer":{"id":"cus_1"},"items":{"data":[{"price":{"id":"price_1","object":"price"}}]}})"
        ),
        event("evt_2", "customer.deleted", R"({"id":"cus_2","object":"customer"})"),
    };
    const auto account = account_after(bodies, false);
    std::string ids;
    for (const auto& each : account.objects) {
        ids += each.path + ' ' + each.id + '\n';
    }
    CHECK(
        ids ==
        "/v1/customers cus_1\n/v1/customers cus_2\n/v1/events evt_1\n/v1/events evt_2\n"
        "/v1/invoices in_1\n/v1/prices gold\n/v1/prices price_1\n/v1/subscriptions sub_1\n"
    );
    CHECK(account.last == from_unix_seconds(500));
    CHECK(object_in(account, "sub_1")->fields.at("status") == "past_due");
    CHECK(object_in(account, "sub_1")->fields.at("customer") == "cus_1");
    CHECK(object_in(account, "in_1")->fields.at("subscription") == "sub_1");
    CHECK(object_in(account, "cus_1")->fields.at("deleted") == "false");
    CHECK(object_in(account, "cus_2")->fields.at("deleted") == "true");
    CHECK(object_in(account, "gold")->body.find(R"("interval":"year")") != std::string::npos);
    CHECK(object_in(account, "in_2") == nullptr);
}

}  // namespace billhook::simulator
