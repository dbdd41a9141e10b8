#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace billhook {

// A text identifier of one kind. Made and opened explicitly; two kinds do not compare. Order is
// that of bytes (`COLLATE "C"` in SQL) and says nothing about time.
template <class Tag>
class strong_id {
public:
    strong_id() = default;
    explicit strong_id(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    friend auto operator<=>(const strong_id&, const strong_id&) = default;
    friend bool operator==(const strong_id&, const strong_id&) = default;
    friend std::ostream& operator<<(std::ostream& out, const strong_id& id) {
        return out << id.text_;
    }

private:
    std::string text_;
};

// Objects of a connected account carry it in front, `acct_1/sub_1`: Stripe's ids are unique within
// (account, livemode), a projection holds one livemode, and "/" occurs in no Stripe id. So one text
// is the whole key everywhere, from the fold to the SQL column; `own_part` is what Stripe calls it.
using event_id = strong_id<struct event_id_tag>;
using account_id = strong_id<struct account_id_tag>;
using customer_id = strong_id<struct customer_id_tag>;
using subscription_id = strong_id<struct subscription_id_tag>;
using invoice_id = strong_id<struct invoice_id_tag>;
using checkout_session_id = strong_id<struct checkout_session_id_tag>;
using schedule_id = strong_id<struct schedule_id_tag>;
// The application's tenant; never a Stripe id.
using organization_id = strong_id<struct organization_id_tag>;

template <class Tag>
[[nodiscard]] std::string own_part(const strong_id<Tag>& id) {
    const auto slash = id.text().find('/');
    return slash == std::string::npos ? id.text() : id.text().substr(slash + 1);
}

}  // namespace billhook

template <class Tag>
struct std::hash<billhook::strong_id<Tag>> {
    std::size_t operator()(const billhook::strong_id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
