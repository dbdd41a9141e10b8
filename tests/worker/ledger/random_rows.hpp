#pragma once

#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::tests {

// Rows of every table with values that no parser lets through but any column must keep: quotes,
// backslashes, commas, NULL as a word, emoji, empty texts, microseconds, the ends of the ranges.
// The same seed gives the same rows; ids are few, so that rows meet again.
class random_rows {
public:
    explicit random_rows(unsigned seed) : random_(seed) {}

    // Unique by primary key, sorted as the fold leaves them.
    [[nodiscard]] changes next_changes();
    [[nodiscard]] restated next_standings();
    // Every key that any of the rows can have.
    [[nodiscard]] static object_keys all_keys();
    [[nodiscard]] static std::vector<organization_id> all_organizations();

private:
    bool coin() { return random_() % 2 == 0; }
    int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
    std::string text();
    template <class Id>
    Id one_of(std::string_view prefix);

    // A value of any type that a column has.
    void fill(std::string& what) { what = text(); }
    void fill(bool& what) { what = coin(); }
    void fill(std::int32_t& what) { what = below(12); }
    void fill(std::int64_t& what);
    void fill(instant& what);
    void fill(customer_id& what) { what = one_of<customer_id>("cus"); }
    void fill(subscription_id& what) { what = one_of<subscription_id>("sub"); }
    void fill(invoice_id& what) { what = one_of<invoice_id>("in"); }
    void fill(organization_id& what) { what = one_of<organization_id>("org"); }
    void fill(event_id& what) { what = one_of<event_id>("evt"); }
    void fill(stripe::pause_type& what) { what = one_of<stripe::pause_type>("pause"); }
    void fill(checkout_session_id& what) { what = one_of<checkout_session_id>("cs"); }
    void fill(schedule_id& what) { what = one_of<schedule_id>("sub_sched"); }
    void fill(pending_change& what);
    void fill(std::vector<std::string>& what);
    void fill(std::vector<stripe::subscription_item>& what);
    void fill(feature_map& what);
    template <class Enum>
        requires std::is_enum_v<Enum>
    void fill(Enum& what);
    template <class T>
    void fill(std::optional<T>& what);
    template <class Fields>
        requires requires(Fields& fields) { fields.members(); }
    void fill(Fields& what);

    // All of its columns.
    template <class Row>
    Row row();
    template <class Fact>
    Fact fact(std::string_view prefix);
    void add_facts(changes& to);

    std::mt19937 random_;
};

}  // namespace billhook::tests
