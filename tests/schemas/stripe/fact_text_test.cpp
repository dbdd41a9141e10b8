#include "schemas/stripe/fact_text.hpp"

#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace billhook::stripe {

namespace {

// Draws a value of each type that a field can have.
void draw(bool& truth) {
    truth = *rc::gen::arbitrary<bool>();
}
void draw(std::int64_t& number) {
    number = *rc::gen::arbitrary<std::int64_t>();
}
void draw(instant& drawn) {
    drawn = at(*rc::gen::inRange<std::int64_t>(0, 253'402'300'799)) +
            std::chrono::microseconds(*rc::gen::element(0, 0, 1, 500'000));
}
// As the parser lets it through: no NUL, and here only what is one byte in UTF-8.
void draw(std::string& text) {
    text = *rc::gen::container<std::string>(rc::gen::map(rc::gen::inRange(1, 128), [](int c) {
        return static_cast<char>(c);
    }));
}
template <class Tag>
void draw(strong_id<Tag>& id) {
    std::string text;
    draw(text);
    id = strong_id<Tag>(std::move(text));
}
template <class T>
void draw(std::vector<T>& list);
template <class T>
void draw(std::optional<T>& what) {
    what.reset();
    if (*rc::gen::arbitrary<bool>()) {
        draw(what.emplace());
    }
}
void draw(subscription_item& item) {
    draw(item.price);
    draw(item.product);
    draw(item.lookup_key);
    draw(item.quantity);
    draw(item.period_start);
    draw(item.period_end);
}
template <class T>
void draw(std::vector<T>& list) {
    list.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (T& each : list) {
        draw(each);
    }
}

template <class Fields>
Fields drawn() {
    Fields fields;
    std::apply([](auto&... member) { (draw(member), ...); }, fields.members());
    return fields;
}

template <class Fields>
bool comes_back() {
    return rc::check([] {
        const auto fields = drawn<Fields>();
        const std::string text = to_text(fields);
        Fields back = drawn<Fields>();
        from_text(text, back);
        RC_ASSERT(back == fields);
        RC_ASSERT(to_text(back) == text);
    });
}

}  // namespace

TEST_CASE("fact text: whatever is written comes back and is written alike") {
    CHECK(comes_back<subscription_state>());
    CHECK(comes_back<subscription_replaced>());
    CHECK(comes_back<invoice_state>());
    CHECK(comes_back<invoice_replaced>());
    CHECK(comes_back<customer_state>());
    CHECK(comes_back<customer_replaced>());
}

TEST_CASE("fact text: members stand in declaration order and what is absent is left out") {
    subscription_state state;
    CHECK(to_text(state) == R"({"status":"","items":[],"cancel_at_period_end":false})");
    state.status = "active";
    state.customer = customer_id("acct_1/cus_1");
    state.latest_invoice = invoice_id("in_1");
    state.items = {
        subscription_item{
                          .price = "price_1",
                          .product = "prod_1",
                          .lookup_key = "basic",
                          .quantity = 2,
                          .period_start = at(10),
                          .period_end = at(20),
                          }
    };
    state.trial_end = at(30) + std::chrono::microseconds(500'000);
    state.cancel_at_period_end = true;
    state.organization = organization_id("org \"1\"");
    state.created = at(5);
    CHECK(
        to_text(state) ==
        R"({"status":"active","customer":"acct_1/cus_1","latest_invoice":"in_1","items":[{"price":"price_1",)"
        R"("product":"prod_1","lookup_key":"basic","quantity":2,"period_start":10,"period_end":20}],)"
        R"("trial_end":"1970-01-01T00:00:30.500000Z","cancel_at_period_end":true,)"
        R"("organization":"org \"1\"","created":5})"
    );
    CHECK(to_text(invoice_state()) == R"({"status":"","attempt_count":0})");
    CHECK(to_text(customer_state()) == "{}");
}

TEST_CASE("fact text: nothing replaced and replaced by nothing differ") {
    subscription_replaced replaced;
    CHECK(to_text(replaced) == "{}");
    replaced.organization.emplace();
    replaced.items.emplace();
    CHECK(to_text(replaced) == R"({"items":[],"organization":null})");
    subscription_replaced back;
    from_text(R"({"items":[],"organization":null})", back);
    CHECK(back == replaced);
}

}  // namespace billhook::stripe
