#include "tools/recovery/backfill.hpp"

#include "schemas/io/stripe_api/pages.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/stripe/event_type.hpp"
#include "tools/recovery/publication.hpp"

#include <algorithm>
#include <charconv>

namespace billhook {
namespace {

constexpr std::size_t types_at_once = 20;  // Stripe's bound for types[]

// The types of each walk.
std::vector<std::vector<std::string>> walks_over(std::vector<std::string> types) {
    if (types.empty()) {
        for (const stripe::event_type& each : stripe::used_types()) {
            types.emplace_back(each.name);
        }
    }
    std::vector<std::vector<std::string>> walks;
    for (std::size_t at = 0; at < types.size(); at += types_at_once) {
        const auto count = std::min(types_at_once, types.size() - at);
        const auto first = types.begin() + static_cast<std::ptrdiff_t>(at);
        walks.emplace_back(first, first + static_cast<std::ptrdiff_t>(count));
    }
    return walks;
}

stripe::request events_of(const backfill_request& what, const std::vector<std::string>& types) {
    stripe::request list{.path = "/v1/events"};
    list.query.emplace_back("created[gte]", std::to_string(to_unix_seconds(what.from)));
    if (what.to) {
        list.query.emplace_back("created[lte]", std::to_string(to_unix_seconds(*what.to)));
    }
    for (const std::string& each : types) {
        list.query.emplace_back("types[]", each);
    }
    return list;
}

// Publishes what the journal lacks of a page.
void deal_with(const stripe::page& page, const backfill_ports& with, backfill_report& report) {
    std::vector<event_id> ids;
    for (const json::value each : page.objects) {
        ids.emplace_back(std::string(each.find("id").as_string().value_or(std::string_view())));
    }
    const auto lacking = with.books.lacking(ids);
    std::vector<message> messages;
    // Oldest first, as webhooks would have come.
    for (std::size_t at = ids.size(); at-- > 0;) {
        if (lacking.contains(ids[at])) {
            json::writer body;
            body.add(page.objects[at]);
            messages.push_back(
                message_for(body.take(), record_source_kind::backfill, with.time.now())
            );
        }
    }
    if (!messages.empty()) {
        publish_all(with.into, messages);
    }
    report.pages += 1;
    report.listed += ids.size();
    report.known += ids.size() - messages.size();
    report.published += messages.size();
}

}  // namespace

std::string to_text(const backfill_position& at) {
    return std::to_string(at.walk) + ':' + at.after;
}

std::optional<backfill_position> position_from(std::string_view text) {
    backfill_position at;
    const char* const end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, at.walk);
    if (code != std::errc{} || stopped == end || *stopped != ':') {
        return std::nullopt;
    }
    at.after = std::string(stopped + 1, end);
    return at;
}

std::optional<stripe::refusal> backfill(
    const backfill_ports& with,
    const backfill_request& what,
    backfill_report& report,
    const std::function<void(const backfill_report&)>& watch
) {
    const auto walks = walks_over(what.types);
    report.reached = what.resume;
    for (std::size_t walk = what.resume.walk; walk < walks.size(); ++walk) {
        stripe::pages list(with.from, events_of(what, walks[walk]), report.reached.after);
        while (!list.ended()) {
            const auto page = list.next();
            if (!page) {
                return page.error();
            }
            deal_with(page->value(), with, report);
            report.reached = list.ended() ? backfill_position{walk + 1, {}}
                                          : backfill_position{walk, list.after()};
            watch(report);
        }
    }
    return std::nullopt;
}

}  // namespace billhook
