#include "tests/worker/domain/looks.hpp"

#include <doctest/doctest.h>

#include <variant>

namespace billhook {

namespace {

void add(std::string& to, const std::string& what) {
    to += (to.empty() ? "" : ", ") + what;
}

}  // namespace

std::string shown(const std::vector<due_notice>& due) {
    std::string sent;
    std::string skipped;
    std::string covered;
    for (const auto& one : due) {
        const auto& step = one.rows.front().step;
        const auto word = std::string(to_word(one.kind));
        const auto text = step.starts_with(word) ? word : step + " " + word;
        switch (one.rows.front().state) {
            case notice_state::sent:
                CHECK(one.sent.has_value());
                add(sent, text);
                break;
            case notice_state::skipped:
                add(skipped, text);
                break;
            case notice_state::covered:
                add(covered, text);
                break;
        }
    }
    std::string all;
    for (const auto& [how, list] : {
             std::pair{"sent ",    sent   },
             {"skipped ", skipped},
             {"covered ", covered}
    }) {
        if (!list.empty()) {
            all += (all.empty() ? "" : "; ") + (how + list);
        }
    }
    return all.empty() ? "-" : all;
}

std::vector<due_notice> look(
    builders::memory_projection& tables,
    std::set<event_id>& seen,
    const builders::moment& at,
    const catalogue& plans
) {
    std::vector<received> fresh;
    for (const auto& one : at.known) {
        const auto id = std::visit([](const auto& said) { return said.id; }, one.what);
        if (seen.insert(id).second) {
            fresh.push_back(one);
        }
    }
    auto due = builders::fold_in(tables, fresh, plans, at.now).notices;
    auto later = builders::tick(tables, plans, at.now).notices;
    due.insert(due.end(), later.begin(), later.end());
    return due;
}

}  // namespace billhook
