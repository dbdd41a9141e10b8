#include "tools/recovery/foretold.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/stripe/event.hpp"
#include "tools/recovery/publication.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {
namespace {

constexpr std::size_t messages_a_unit = 500;

std::vector<received> parsed(std::span<const message> messages) {
    std::vector<received> events;
    for (const message& each : messages) {
        auto parsed = stripe::parse_event(each.value);
        if (!parsed) {
            continue;
        }
        received& made = events.emplace_back();
        made.at = {each.topic, 0, static_cast<std::int64_t>(events.size())};
        made.what = *std::move(parsed);
    }
    return events;
}

// Where a unit ends that begins at `first`: never between two messages of a customer.
std::size_t end_of_unit(const spool& messages, std::size_t first) {
    std::size_t end = std::min(first + messages_a_unit, messages.size());
    while (end < messages.size() && messages.key(end) == messages.key(end - 1)) {
        ++end;
    }
    return end;
}

// A place between two customers near the middle of [first, end); `first` if there is only one.
std::size_t middle_of(const spool& messages, std::size_t first, std::size_t end) {
    const auto begins = [&](std::size_t at) { return messages.key(at) != messages.key(at - 1); };
    const std::size_t half = first + (end - first) / 2;
    for (std::size_t at = half; at > first; --at) {
        if (begins(at)) {
            return at;
        }
    }
    for (std::size_t at = half + 1; at < end; ++at) {
        if (begins(at)) {
            return at;
        }
    }
    return first;
}

// Destroyed without a commit, a unit leaves nothing.
foretold told_of(std::span<const received> events, ledger& books) {
    auto unit = books.begin_tick();
    unit = unit ? std::move(unit) : books.begin_tick();  // another projection became the live one
    if (!unit) {
        throw postgres::failure(
            "there is no live projection; run billhook migrate", {postgres::remedy::alarm, {}}
        );
    }
    const auto folded = fold(unit->load(unit->lock_customers(keys_of(events))), events);
    unit->store(folded, {});
    const std::vector<organization_id> touched{
        folded.organizations.begin(), folded.organizations.end()};
    foretold found;
    for (const locked_standings& piece : unit->pieces_of(unit->lock_standings(touched))) {
        const auto next = assess_each(unit->load(piece), unit->plans(), unit->horizon());
        for (const due_notice& each : next.notices) {
            if (each.sent) {
                found.notices += 1;
                found.kinds[each.kind] += 1;
                found.organizations.insert(each.sent->organization);
            }
        }
    }
    return found;
}

// In halves where it is too much at once.
foretold told_between(spool& messages, std::size_t first, std::size_t end, ledger& books) {
    const std::size_t middle = middle_of(messages, first, end);
    try {
        return told_of(parsed(messages.read(first, end - first)), books);
    } catch (const std::exception& failed) {
        if (middle == first || postgres::classify(failed).what != postgres::remedy::halve) {
            throw;
        }
    }
    auto both = told_between(messages, first, middle, books);
    both.add(told_between(messages, middle, end, books));
    return both;
}

}  // namespace

std::string foretold::text() const {
    auto words = fmt::format("{} to {} organizations", notices, organizations.size());
    const char* between = ": ";
    for (const auto& [kind, count] : kinds) {
        words += fmt::format("{}{} {}", between, count, to_word(kind));
        between = ", ";
    }
    return words;
}

void foretold::add(const foretold& other) {
    notices += other.notices;
    organizations.insert(other.organizations.begin(), other.organizations.end());
    for (const auto& [kind, count] : other.kinds) {
        kinds[kind] += count;
    }
}

foretold foretell(spool& messages, ledger& books, const std::function<void(std::size_t)>& watch) {
    messages.sort();
    foretold all;
    for (std::size_t first = 0; first < messages.size();) {
        const std::size_t end = end_of_unit(messages, first);
        all.add(told_between(messages, first, end, books));
        first = end;
        watch(first);
    }
    return all;
}

void release(spool& messages, publisher& into, const std::function<void(std::size_t)>& watch) {
    messages.sort();
    for (std::size_t first = 0; first < messages.size(); first += messages_a_unit) {
        publish_all(into, messages.read(first, messages_a_unit));
        watch(std::min(first + messages_a_unit, messages.size()));
    }
}

}  // namespace billhook
