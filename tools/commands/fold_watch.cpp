#include "tools/commands/fold_watch.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <algorithm>

namespace billhook {

fold_watch::fold_watch(const postgres::connect_options& database, std::chrono::milliseconds every)
    : connection_(database), every_(every), session_(connection_.raw().backendpid()) {
    connection_.raw().prepare(
        "folded",
        "SELECT o.partition, o.next_offset FROM billhook.offsets o JOIN billhook.projections p ON "
        "p.name = o.projection WHERE p.role = 'live' AND o.topic = 'stripe.events'"
    );
    look();
    folded_before_ = folded_;
}

fold_watch::~fold_watch() {
    ends_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

void fold_watch::begin() {
    thread_ = std::thread([this] {
        try {
            look_on();
        } catch (...) {
            failed_ = std::current_exception();
            ends_ = true;
        }
    });
}

void fold_watch::look_on() {
    for (auto next = steady::now(); !ends_; next = std::max(next + every_, steady::now())) {
        std::this_thread::sleep_until(next);
        look();
    }
}

void fold_watch::look() {
    const auto begun = steady::now();
    if (last_) {
        between_.push_back(begun - *last_);
    }
    last_ = begun;
    pqxx::nontransaction in(connection_.raw());
    const auto rows = in.exec_prepared("folded");
    const auto at = steady::now();
    std::int64_t sum = 0;
    for (const auto& row : rows) {
        auto& all = sightings_[row[0].as<std::int32_t>()];
        const auto next_offset = row[1].as<std::int64_t>();
        sum += next_offset;
        if (all.empty() || all.back().next_offset != next_offset) {
            all.push_back({next_offset, at});
        }
    }
    folded_ = sum;
}

bool fold_watch::end_after(std::size_t records, std::chrono::seconds patience) {
    const auto wanted = folded_before_ + static_cast<std::int64_t>(records);
    const auto until = steady::now() + patience;
    while (!ends_ && folded_ < wanted && steady::now() < until) {
        std::this_thread::sleep_for(every_);
    }
    ends_ = true;
    thread_.join();
    if (failed_) {
        std::rethrow_exception(failed_);
    }
    return folded_ >= wanted;
}

std::optional<fold_watch::steady::time_point> fold_watch::seen(const log_place& of) const {
    const auto all = sightings_.find(of.partition);
    if (all == sightings_.end()) {
        return std::nullopt;
    }
    const auto first = std::ranges::upper_bound(
        all->second, of.offset, {}, [](const sighting& each) { return each.next_offset; }
    );
    return first == all->second.end() ? std::nullopt : std::optional{first->at};
}

}  // namespace billhook
