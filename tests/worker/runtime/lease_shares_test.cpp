#include "worker/runtime/lease_shares.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace billhook {

namespace {

std::vector<std::string> names_of(std::int32_t partitions) {
    std::vector<std::string> names;
    for (std::int32_t number = 0; number < partitions; ++number) {
        names.push_back(lease_name({"stripe.events", number}));
    }
    return names;
}

live_lease presence(const std::string& holder) {
    return {presence_prefix + holder, holder};
}

// billhook.leases without time: a holder is alive until it is removed.
struct lease_table {
    std::map<std::string, std::string> holder_of;
};

class table_leases final : public leases {
public:
    table_leases(lease_table& in, std::string holder) : in_(in), holder_(std::move(holder)) {}
    std::vector<live_lease> renew(std::chrono::milliseconds) override {
        in_.holder_of[presence_prefix + holder_] = holder_;
        std::vector<live_lease> live;
        for (const auto& [name, holder] : in_.holder_of) {
            live.push_back({name, holder});
        }
        return live;
    }
    std::vector<std::string> claim(std::span<const std::string> names, std::chrono::milliseconds)
        override {
        std::vector<std::string> taken;
        for (const std::string& name : names) {
            if (in_.holder_of.try_emplace(name, holder_).first->second == holder_) {
                taken.push_back(name);
            }
        }
        return taken;
    }
    void release(std::span<const std::string> names) override {
        for (const std::string& name : names) {
            if (in_.holder_of[name] == holder_) {
                in_.holder_of.erase(name);
            }
        }
    }
    void leave() override {
        std::erase_if(in_.holder_of, [&](const auto& each) { return each.second == holder_; });
    }

private:
    lease_table& in_;
    std::string holder_;
};

struct worker {
    worker(lease_table& table, const std::string& name)
        : rights(table, name), partitions(name, "stripe.events", 12) {}
    void round() {
        const lease_changes changes = partitions.round(rights, std::chrono::seconds{2});
        for (const partition& which : changes.to_give_back) {
            partitions.release(rights, which);
        }
    }
    table_leases rights;
    partition_leases partitions;
};

}  // namespace

TEST_CASE("leases: a fair share is rounded up") {
    struct row {
        std::size_t partitions;
        std::size_t workers;
        std::size_t share;
    };
    const row rows[] = {
        {12, 0,  12},
        {12, 1,  12},
        {12, 2,  6 },
        {12, 5,  3 },
        {12, 12, 1 },
        {12, 40, 1 },
        {0,  3,  0 },
    };
    for (const row& row : rows) {
        CAPTURE(row.workers);
        CHECK(fair_share(row.partitions, row.workers) == row.share);
    }
}

TEST_CASE("leases: a lone worker claims everything that is free") {
    const auto names = names_of(4);
    const auto moves = moves_of("a", names, {});
    CHECK(std::set(moves.claim.begin(), moves.claim.end()) == std::set(names.begin(), names.end()));
    CHECK(moves.give_back.empty());
}

TEST_CASE("leases: what a live worker holds is not claimed") {
    const auto names = names_of(4);
    const std::vector<live_lease> live{
        {"stripe.events/0", "b"},
        {"stripe.events/1", "b"},
        presence("a"), presence("b")
    };
    const auto moves = moves_of("a", names, live);
    CHECK(
        std::set(moves.claim.begin(), moves.claim.end()) ==
        std::set<std::string>{"stripe.events/2", "stripe.events/3"}
    );
}

TEST_CASE("leases: above the fair share one is given back at a time") {
    const auto names = names_of(4);
    std::vector<live_lease> live{presence("a"), presence("b")};
    for (const std::string& name : names) {
        live.push_back({name, "a"});
    }
    const auto moves = moves_of("a", names, live);
    CHECK(moves.claim.empty());
    CHECK(moves.give_back == std::vector<std::string>{"stripe.events/3"});
}

TEST_CASE("leases: nobody has nothing while four hold three of twelve each") {
    const auto names = names_of(12);
    std::vector<live_lease> live{
        presence("a"), presence("b"), presence("c"), presence("d"), presence("e")};
    for (std::size_t at = 0; at < names.size(); ++at) {
        live.push_back({names[at], std::string(1, "abcd"[at / 3])});
    }
    CHECK(moves_of("e", names, live).claim.empty());
    // As many as he misses, one each; what they gave is left to him.
    CHECK(moves_of("a", names, live).give_back == std::vector{names[2]});
    CHECK(moves_of("b", names, live).give_back == std::vector{names[5]});
    CHECK(moves_of("c", names, live).give_back.empty());
    CHECK(moves_of("d", names, live).give_back.empty());
    std::erase_if(live, [&](const live_lease& each) {
        return each.name == names[2] || each.name == names[5];
    });
    CHECK(moves_of("a", names, live) == lease_moves{});
    CHECK(moves_of("c", names, live) == lease_moves{});
    CHECK(moves_of("e", names, live).claim.size() == 2);
}

TEST_CASE("leases: other leases are neither partitions nor workers") {
    const auto names = names_of(2);
    const std::vector<live_lease> live{
        {"sweep", "b"},
        {"relay", "c"},
        presence("a")
    };
    CHECK(moves_of("a", names, live).claim.size() == 2);
}

TEST_CASE("leases: workers that come and go share everything and each partition has one holder") {
    lease_table table;
    worker a(table, "a");
    worker b(table, "b");
    worker c(table, "c");
    a.round();
    CHECK(a.partitions.held().size() == 12);
    for (int again = 0; again < 20; ++again) {
        a.round();
        b.round();
        c.round();
    }
    CHECK(a.partitions.held().size() == 4);
    CHECK(b.partitions.held().size() == 4);
    CHECK(c.partitions.held().size() == 4);
    std::set<partition> all;
    for (const worker* each : {&a, &b, &c}) {
        all.insert(each->partitions.held().begin(), each->partitions.held().end());
    }
    CHECK(all.size() == 12);

    b.rights.leave();
    for (int again = 0; again < 20; ++again) {
        a.round();
        c.round();
    }
    CHECK(a.partitions.held().size() == 6);
    CHECK(c.partitions.held().size() == 6);
}

TEST_CASE("leases: a lease that another took meanwhile is reported lost") {
    lease_table table;
    worker a(table, "a");
    a.round();
    table.holder_of["stripe.events/7"] = "b";
    const lease_changes changes = a.partitions.round(a.rights, std::chrono::seconds{2});
    CHECK(
        changes.lost ==
        std::vector<partition>{
            {"stripe.events", 7}
    }
    );
    CHECK(a.partitions.held().size() == 11);
}

}  // namespace billhook
