#include "schemas/stripe/fact_text.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <type_traits>
#include <utility>

namespace billhook::stripe {

namespace {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// --- writing

void put(json::writer& out, const std::string& text) {
    out.add(text);
}
void put(json::writer& out, std::int64_t number) {
    out.add(number);
}
void put(json::writer& out, bool truth) {
    out.add(truth);
}
void put(json::writer& out, instant at) {
    if (at == from_unix_seconds(to_unix_seconds(at))) {
        out.add(to_unix_seconds(at));
    } else {
        out.add(to_rfc3339(at));
    }
}
template <class Tag>
void put(json::writer& out, const strong_id<Tag>& id) {
    out.add(id.text());
}
void put(json::writer& out, const std::vector<subscription_item>& items);
template <class T>
void put(json::writer& out, const std::optional<T>& what) {
    if (what) {
        put(out, *what);
    } else {
        out.add(nullptr);
    }
}

// Absent at the top is left out; in what was replaced, an inner "nothing" is a value: null.
template <class T>
void put_member(json::writer& out, std::string_view name, const T& what) {
    if constexpr (is_optional<T>) {
        if (what) {
            out.key(name);
            put(out, *what);
        }
    } else {
        out.key(name);
        put(out, what);
    }
}

void put(json::writer& out, const std::vector<subscription_item>& items) {
    out.begin_array();
    for (const subscription_item& item : items) {
        out.begin_object();
        put_member(out, "price", item.price);
        put_member(out, "product", item.product);
        put_member(out, "lookup_key", item.lookup_key);
        put_member(out, "quantity", item.quantity);
        put_member(out, "period_start", item.period_start);
        put_member(out, "period_end", item.period_end);
        put_member(out, "interval", item.interval);
        put_member(out, "interval_count", item.interval_count);
        put_member(out, "currency", item.currency);
        put_member(out, "unit_amount", item.unit_amount);
        out.end_object();
    }
    out.end_array();
}

template <class Fields>
std::string text_of(const Fields& fields) {
    json::writer out;
    out.begin_object();
    each_field(fields, [&](std::string_view name, const auto& member) {
        put_member(out, name, member);
    });
    out.end_object();
    return out.take();
}

// --- reading; the text is our own, so whatever is amiss is a bug

void get(json::value from, std::string& text) {
    BILLHOOK_ASSERT(from.is_string());
    text = std::string(*from.as_string());
}
void get(json::value from, std::int64_t& number) {
    const auto read = from.as_int64();
    BILLHOOK_ASSERT(read.has_value());
    number = *read;
}
void get(json::value from, bool& truth) {
    const auto read = from.as_bool();
    BILLHOOK_ASSERT(read.has_value());
    truth = *read;
}
void get(json::value from, instant& at) {
    if (from.is_string()) {
        const auto read = from_rfc3339(*from.as_string());
        BILLHOOK_ASSERT(read.has_value());
        at = *read;
        return;
    }
    std::int64_t seconds = 0;
    get(from, seconds);
    at = from_unix_seconds(seconds);
}
template <class Tag>
void get(json::value from, strong_id<Tag>& id) {
    std::string text;
    get(from, text);
    id = strong_id<Tag>(std::move(text));
}
void get(json::value from, std::vector<subscription_item>& items);
template <class T>
void get(json::value from, std::optional<T>& what) {
    what.reset();
    if (!from.is_null()) {
        get(from, what.emplace());
    }
}

template <class T>
void get_member(json::value from, T& what) {
    if constexpr (is_optional<T>) {
        what.reset();
        if (!from.is_absent()) {
            get(from, what.emplace());
        }
    } else {
        get(from, what);
    }
}

void get(json::value from, std::vector<subscription_item>& items) {
    BILLHOOK_ASSERT(from.is_array());
    items.clear();
    for (const json::value each : from.items()) {
        subscription_item& item = items.emplace_back();
        get_member(each.find("price"), item.price);
        get_member(each.find("product"), item.product);
        get_member(each.find("lookup_key"), item.lookup_key);
        get_member(each.find("quantity"), item.quantity);
        get_member(each.find("period_start"), item.period_start);
        get_member(each.find("period_end"), item.period_end);
        get_member(each.find("interval"), item.interval);
        get_member(each.find("interval_count"), item.interval_count);
        get_member(each.find("currency"), item.currency);
        get_member(each.find("unit_amount"), item.unit_amount);
    }
}

template <class Fields>
void read_into(std::string_view text, Fields& fields) {
    const auto read = json::read(text);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_object());
    const json::value root = read->root();
    each_field(fields, [&](std::string_view name, auto& member) {
        get_member(root.find(name), member);
    });
}

}  // namespace

std::string_view to_word(place what) {
    switch (what) {
        case place::first:
            return "first";
        case place::middle:
            return "middle";
        case place::last:
            return "last";
    }
    return {};
}

std::string_view to_word(evidence what) {
    switch (what) {
        case evidence::none:
            return "none";
        case evidence::payment_failed:
            return "payment_failed";
        case evidence::payment_action_required:
            return "payment_action_required";
        case evidence::overdue:
            return "overdue";
        case evidence::assumed:
            return "assumed";
    }
    return {};
}

std::string to_text(const std::vector<subscription_item>& items) {
    json::writer out;
    put(out, items);
    return out.take();
}
void from_text(std::string_view text, std::vector<subscription_item>& items) {
    const auto read = json::read(text);
    BILLHOOK_ASSERT(read.has_value());
    get(read->root(), items);
}

std::string to_text(const subscription_state& state) {
    return text_of(state);
}
std::string to_text(const subscription_replaced& was) {
    return text_of(was);
}
std::string to_text(const invoice_state& state) {
    return text_of(state);
}
std::string to_text(const invoice_replaced& was) {
    return text_of(was);
}
std::string to_text(const customer_state& state) {
    return text_of(state);
}
std::string to_text(const customer_replaced& was) {
    return text_of(was);
}

void from_text(std::string_view text, subscription_state& state) {
    read_into(text, state);
}
void from_text(std::string_view text, subscription_replaced& replaced) {
    read_into(text, replaced);
}
void from_text(std::string_view text, invoice_state& state) {
    read_into(text, state);
}
void from_text(std::string_view text, invoice_replaced& replaced) {
    read_into(text, replaced);
}
void from_text(std::string_view text, customer_state& state) {
    read_into(text, state);
}
void from_text(std::string_view text, customer_replaced& replaced) {
    read_into(text, replaced);
}

}  // namespace billhook::stripe
