#include "tools/simulator/comparison.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace billhook::simulator {

namespace {

std::string plan_word(const std::string& plan) {
    return plan.empty() ? "-" : plan;
}

std::string words_of(const answer& is) {
    return fmt::format(
        "{}, {}, {}, {}{}{}{}{}",
        plan_word(is.plan),
        is.subscription_status,
        is.access,
        is.reason,
        is.unlisted ? ", unlisted" : "",
        is.quantity ? fmt::format(", {} of it", *is.quantity) : "",
        to_words(is.terms),
        is.waits ? fmt::format(
                       ", {} of {} at {} or until {}",
                       is.waits->quantity.value_or(-1),
                       plan_word(is.waits->plan),
                       is.waits->at ? to_rfc3339(*is.waits->at) : "-",
                       is.waits->until ? to_rfc3339(*is.waits->until) : "-"
                   )
                 : ""
    );
}

boost::json::object json_of(const answer& is) {
    boost::json::object out;
    out["plan"] = is.plan.empty() ? boost::json::value(nullptr) : boost::json::value(is.plan);
    out["subscription_status"] = is.subscription_status;
    out["access"] = is.access;
    out["reason"] = is.reason;
    out["unlisted"] = is.unlisted;
    out["quantity"] = is.quantity ? boost::json::value(*is.quantity) : nullptr;
    add_terms(out, is.terms);
    add_waiting(out, is.waits);
    return out;
}

}  // namespace

void add_waiting(boost::json::object& to, const std::optional<waiting_change>& of) {
    if (!of) {
        to["pending_change"] = nullptr;
        return;
    }
    boost::json::object change;
    change["plan"] = of->plan.empty() ? boost::json::value(nullptr) : boost::json::value(of->plan);
    change["quantity"] =
        of->quantity ? boost::json::value(*of->quantity) : boost::json::value(nullptr);
    change["at"] = of->at ? boost::json::value(to_rfc3339(*of->at)) : nullptr;
    change["until"] = of->until ? boost::json::value(to_rfc3339(*of->until)) : nullptr;
    to["pending_change"] = std::move(change);
}

comparison compare(
    std::span<const organization_life> lives,
    const catalogue& plans,
    const shown_answers& shown
) {
    comparison made;
    for (const auto& life : lives) {
        ++made.compared;
        const auto found = shown.find(life.organization);
        if (found == shown.end()) {
            // Judged at its last moment, for want of a better one.
            const auto at = life.stripe ? life.stripe->now() : life.row->created_at;
            made.differences.push_back(
                {life.organization, life.name, at, answer_at(life.as_subject(), plans, at), {}}
            );
            continue;
        }
        const auto& [is, as_of] = found->second;
        ++made.counts[{plan_word(is.plan), is.reason}];
        const auto expected = answer_at(life.as_subject(), plans, as_of);
        // What began unheard is unknown, and why it is paused may be, until a reading has shown it.
        const bool may_be_read = life.from_before || expected.subscription_status == "paused";
        const bool read = may_be_read && is == answer_once_read(life.as_subject(), plans, as_of);
        if (!(expected == is) && !read) {
            made.differences.push_back({life.organization, life.name, as_of, expected, is});
        }
    }
    return made;
}

std::string to_text(const comparison& of) {
    std::size_t width = 4;
    for (const auto& [key, count] : of.counts) {
        width = std::max(width, key.first.size());
    }
    auto text = fmt::format("{:<{}}  {:<14}  {:>13}\n", "plan", width, "reason", "organizations");
    for (const auto& [key, count] : of.counts) {
        text += fmt::format("{:<{}}  {:<14}  {:>13}\n", key.first, width, key.second, count);
    }
    for (const auto& one : of.differences) {
        text += fmt::format(
            "\n{} ({}), as of {}\n  expected: {}\n  shown:    {}\n",
            one.organization.text(),
            one.life,
            one.shown ? to_rfc3339(one.as_of) : "-",
            words_of(one.expected),
            one.shown ? words_of(*one.shown) : "nothing"
        );
    }
    return text;
}

std::string to_json(const comparison& of) {
    boost::json::array standings;
    for (const auto& [key, count] : of.counts) {
        boost::json::object row;
        row["plan"] =
            key.first == "-" ? boost::json::value(nullptr) : boost::json::value(key.first);
        row["reason"] = key.second;
        row["organizations"] = count;
        standings.emplace_back(std::move(row));
    }
    boost::json::array differences;
    for (const auto& one : of.differences) {
        boost::json::object row;
        row["organization"] = one.organization.text();
        row["life"] = one.life;
        row["as_of"] = one.shown ? boost::json::value(to_rfc3339(one.as_of)) : nullptr;
        row["expected"] = json_of(one.expected);
        row["shown"] = one.shown ? boost::json::value(json_of(*one.shown)) : nullptr;
        differences.emplace_back(std::move(row));
    }
    boost::json::object out;
    out["compared"] = of.compared;
    out["standings"] = std::move(standings);
    out["differences"] = std::move(differences);
    return boost::json::serialize(out);
}

}  // namespace billhook::simulator
