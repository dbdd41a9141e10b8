#include "tools/commands/renewal_day.hpp"

#include "schemas/messages/topics.hpp"
#include "schemas/stripe/routing.hpp"
#include "schemas/types/assert.hpp"
#include "tools/simulator/account.hpp"
#include "worker/pipeline/log_check.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <iterator>
#include <numeric>
#include <utility>

namespace billhook {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr days period_of_renewals{30};
constexpr hours last_renewal{5 * 24};  // before now
constexpr std::array known_types{
    "customer.created",
    "customer.subscription.created",
    "invoice.paid"};
constexpr std::array told_types{"invoice.created", "customer.subscription.updated", "invoice.paid"};

double thread_seconds() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

renewal_event event_of(const std::string& body, const std::string& name) {
    const auto to = stripe::route(body);
    return {
        named_text(body, name),
        named_text(to.key, name),
        named_text(to.event_id.value_or(""), name),
        to.event_type.value_or("")};
}

// The first body of that type from the moment on.
const std::string& told_since(const simulator::account& by, std::string_view type, instant moment) {
    const auto found = std::ranges::find_if(by.events(), [&](const simulator::sent_event& each) {
        return each.type == type && each.created >= moment;
    });
    BILLHOOK_ASSERT(found != by.events().end());
    return found->bodies.front();
}

// A number that has no divisor in common with `count`.
std::int64_t stride_through(std::int64_t count) {
    std::int64_t stride = 7919;
    while (std::gcd(stride, count) != 1) {
        ++stride;
    }
    return stride;
}

}  // namespace

std::string renewing_name(std::int64_t number) {
    return fmt::format("Q{:07}", number);
}

named_text::named_text(const std::string& text, const std::string& name) {
    std::size_t from = 0;
    for (auto at = text.find(name); at != text.npos; at = text.find(name, from)) {
        between_.push_back(text.substr(from, at - from));
        from = at + name.size();
    }
    between_.push_back(text.substr(from));
}

std::string named_text::of(const std::string& name) const {
    std::string text = between_.front();
    for (std::size_t at = 1; at < between_.size(); ++at) {
        text += name;
        text += between_[at];
    }
    return text;
}

std::vector<renewing_original> make_renewing_originals(const catalogue& plans, instant now) {
    const auto& sold = plans.plans.front();
    std::vector<renewing_original> all;
    for (std::int64_t number = 0; number < renewing_originals; ++number) {
        renewing_original one;
        one.name = renewing_name(number);
        const instant renewal = now - last_renewal - hours{number};
        const instant begin = renewal - period_of_renewals;
        simulator::account_settings wanted;
        wanted.prefix = one.name;
        wanted.seed = static_cast<std::uint64_t>(number) + 1;
        wanted.period = period_of_renewals;
        simulator::account account(wanted, begin);
        const auto customer = account.create_customer({});
        account.set_card(customer, simulator::card::good);
        simulator::subscribe_options options;
        options.price.id = sold.prices.empty() ? "price_1monthly" : *sold.prices.begin();
        options.price.product = sold.products.empty() ? "prod_1monthly" : *sold.products.begin();
        options.price.lookup_key = sold.lookup_keys.empty() ? "" : *sold.lookup_keys.begin();
        options.price.amount_minor = 7900;
        options.metadata["organization_id"] = "org_" + one.name;
        account.subscribe(customer, options);
        account.advance_to(now);
        for (const auto* type : known_types) {
            one.known.push_back(told_since(account, type, begin));
        }
        for (const auto* type : told_types) {
            one.tells.push_back(event_of(told_since(account, type, renewal), one.name));
        }
        all.push_back(std::move(one));
    }
    return all;
}

instant before_renewals(instant now) {
    return now - last_renewal - period_of_renewals + days{1};
}

renewal_source::renewal_source(
    const std::vector<renewing_original>& originals,
    const renewals& day,
    const std::vector<std::int32_t>& own,
    std::size_t records
)
    : originals_(originals), day_(day), records_(records), to_announce_(own.begin(), own.end()) {}

polled renewal_source::poll(std::chrono::milliseconds) {
    if (!to_announce_.empty()) {
        const auto next = to_announce_.front();
        to_announce_.pop_front();
        return assigned{
            {topics::stripe_events, next}
        };
    }
    for (std::size_t tried = 0; tried < readings_.size(); ++tried) {
        const auto at = turn_++ % readings_.size();
        auto& from = std::next(readings_.begin(), static_cast<std::ptrdiff_t>(at))->second;
        if (batch next = batch_of(from); !next.records.empty()) {
            return next;
        }
    }
    return end_of_range{
        {topics::stripe_events, 0}
    };
}

batch renewal_source::batch_of(reading& from) {
    const double before = thread_seconds();
    batch next{.under = from.under, .records = {}};
    next.records.reserve(records_);
    while (next.records.size() < records_) {
        const auto tells = next_of(from);
        if (!tells) {
            break;
        }
        const auto which = static_cast<std::size_t>(tells->organization % renewing_originals);
        const auto& said = originals_[which].tells[tells->event];
        const auto name = renewing_name(tells->organization);
        raw_record& one = next.records.emplace_back();
        one.offset = from.under.next_offset + from.given++;
        one.what.key = said.key.of(name);
        one.what.body = said.body.of(name);
        one.what.event_id = said.id.of(name);
        one.what.event_type = said.type;
        one.what.received_at = day_.received_at;
        one.fingerprint = fingerprint_of(one.what.body, day_.received_at);
    }
    making_seconds_ += thread_seconds() - before;
    return next;
}

std::int64_t renewal_source::organizations_of(std::int32_t number) const {
    return (day_.organizations - number + day_.partitions - 1) / day_.partitions;
}

std::optional<renewal_source::telling> renewal_source::next_of(reading& from) const {
    const auto number = from.under.of.number;
    const auto count = organizations_of(number);
    const auto an_hour = count / 24;
    const auto stride = stride_through(count);
    const auto organization = [&](std::int64_t which) {
        return which * stride % count * day_.partitions + number;
    };
    while (from.renews < count + an_hour) {
        if (from.said < 2 && from.renews < count) {
            return telling{organization(from.renews), from.said++};
        }
        const auto earlier = from.renews++ - an_hour;
        from.said = 0;
        if (earlier >= 0) {
            return telling{organization(earlier), 2};
        }
    }
    return std::nullopt;
}

void renewal_source::start(const claim& from) {
    readings_.insert_or_assign(from.of.number, reading{.under = from});
}

// Nobody else folds into a bench's database.
void renewal_source::drop(const partition&) {
    BILLHOOK_ASSERT(false && "another worker folds into the bench's database");
}

std::int64_t renewal_source::end_of(const partition& which) {
    return readings_.at(which.number).under.next_offset + 3 * organizations_of(which.number);
}

}  // namespace billhook
