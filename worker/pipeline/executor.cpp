#include "worker/pipeline/executor.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace billhook {

namespace {

constexpr std::chrono::milliseconds poll_wait{100};
// Parked partitions are looked at again in case an operator resumed or rebased them.
constexpr std::chrono::milliseconds parked_for{5000};

}  // namespace

executor::executor(record_source& source, consumer_session& postgres, surroundings with)
    : source_(source), postgres_(postgres), with_(with) {}

executor::~executor() {
    with_.numbers.partitions.add(-static_cast<double>(folded_.size()));
    with_.numbers.parked.add(-static_cast<double>(parked_.size()));
}

happening executor::perform(const action& todo) {
    try {
        return attempt(todo);
    } catch (const partition_stuck& stuck) {
        park(stuck.which, stuck.what());
        const bool polling = todo.what == act::poll;
        return {.what = polling ? happened::nothing_came : happened::done};
    } catch (const std::exception& thrown) {
        const diagnosis why = diagnose(thrown);
        with_.lines.debug("a failure in words", "text"_is(postgres::scrubbed(thrown)));
        return happening::failure(why);
    }
}

happening executor::attempt(const action& todo) {
    switch (todo.what) {
        case act::connect:
            postgres_.open();
            static_cast<void>(postgres_.get<ledger>().database_now());
            with_.numbers.ready.set(1);
            return {.what = happened::done};
        case act::poll:
            return poll();
        case act::take_over:
            return take_over();
        case act::process:
            return process_piece(todo.todo);
        case act::drop: {
            const partition which = in_hand_.under.of;
            in_hand_ = {};
            forget(which);
            source_.drop(which);
            return {.what = happened::done};
        }
        case act::tell_time:
            return tell_time();
        case act::pause:
            with_.pace.wait(jittered(todo.wait));
            return {.what = happened::done};
        case act::leave:
        case act::give_up:
            break;
    }
    BILLHOOK_ASSERT(false && "an act that ends the loop");
    return {};
}

happening executor::poll() {
    for (auto& [which, each] : parked_) {
        if (with_.pace.now() >= each.look_again) {
            each.look_again = with_.pace.now() + parked_for;
            coming_ = which;
            return {.what = happened::partition_came};
        }
    }
    polled came = source_.poll(poll_wait);
    if (const auto* to_read = std::get_if<assigned>(&came)) {
        coming_ = to_read->which;
        return {.what = happened::partition_came};
    }
    if (const auto* lost = std::get_if<revoked>(&came)) {
        forget(lost->which);
        with_.numbers.parked.add(-static_cast<double>(parked_.erase(lost->which)));
        return {.what = happened::nothing_came};
    }
    if (std::holds_alternative<end_of_range>(came)) {
        return {.what = happened::range_ended};
    }
    if (auto* records = std::get_if<batch>(&came)) {
        in_hand_ = std::move(*records);
        parsed_ = read_records(in_hand_.under.of, in_hand_.records);
        return happening::batch(in_hand_.records.size());
    }
    return {.what = happened::nothing_came};
}

// A parked partition is only looked at: as long as nobody else took it over, our claim stands, and
// there is nothing to fence off.
claim executor::claim_of(const partition& which) {
    ledger& state = postgres_.get<ledger>();
    if (const auto parked = parked_.find(which); parked != parked_.end()) {
        const auto now = state.look_at(which);
        if (now && now->epoch == parked->second.under.epoch) {
            return *now;
        }
    }
    return state.take_over(which);
}

happening executor::take_over() {
    const partition which = coming_;
    taken_ = claim_of(which);
    const claim under = taken_;
    forget(which);
    if (under.halted) {
        park(which, "halted by too many dead letters");
        return {.what = happened::done};
    }
    source_.start(under);
    with_.numbers.parked.add(-static_cast<double>(parked_.erase(which)));
    folded_.insert_or_assign(which, folding{.under = under, .horizon = {}});
    with_.numbers.partitions.add(1);
    with_.lines.info(
        "reading a partition",
        "partition"_is(which.number),
        "epoch"_is(under.epoch),
        "next_offset"_is(under.next_offset)
    );
    return {.what = happened::done};
}

happening executor::process_piece(const piece& todo) {
    const auto started = with_.pace.now();
    const partition which = in_hand_.under.of;
    const auto at = folded_.find(which);
    if (at == folded_.end()) {
        return {.what = happened::not_owner};
    }
    const raw_record& first = in_hand_.records[todo.first];
    const raw_record& last = in_hand_.records[todo.first + todo.count - 1];
    passage what{
        .step =
            {.from = at->second.under,
                   .next_offset = last.offset + 1,
                   .fingerprint = last.fingerprint,
                   .complete_to = at->second.horizon.complete_to(last.offset + 1)},
        .events = between(parsed_.events, first.offset, last.offset + 1),
        .dead = between(parsed_.dead, first.offset, last.offset + 1)
    };
    std::array<dead_record, 1> refused;
    if (!todo.dead_reason.empty()) {
        refused.front() = buried(which, first, todo.dead_reason);
        what.events = {};
        what.dead = refused;
    }
    const processed result = process(what, postgres_.get<ledger>());
    if (result.how == processed::ending::not_owner) {
        with_.numbers.not_owner.add();
        return {.what = happened::not_owner};
    }
    advance_to(at->second, what.step);
    source_.passed(which, what.step.next_offset);
    report(result, todo.count);
    with_.numbers.batch_seconds.observe(
        std::chrono::duration<double>(with_.pace.now() - started).count()
    );
    return {.what = happened::committed};
}

void executor::advance_to(folding& of, const advance& step) {
    of.under.next_offset = step.next_offset;
    if (step.fingerprint) {
        of.under.fingerprint = step.fingerprint;
    }
    if (step.complete_to) {
        of.horizon.stored(*step.complete_to);
    }
}

void executor::report(const processed& result, std::size_t records) {
    with_.changed.note(result.restated);
    const worker_metrics& numbers = with_.numbers;
    numbers.records.add(static_cast<double>(records));
    numbers.batches.add();
    numbers.dead_letters.add(static_cast<double>(result.dead));
    numbers.horizon.set(static_cast<double>(to_unix_seconds(result.horizon)));
    for (const auto& [what, count] : result.outcomes) {
        numbers.outcomes(what).add(static_cast<double>(count));
    }
    numbers.ambiguous.add(static_cast<double>(result.became_ambiguous.size()));
    for (const std::string& object : result.became_ambiguous) {
        with_.lines.warning("the order of an object's events is unclear", "object"_is(object));
    }
    for (const auto& organization : result.became_unlisted) {
        with_.lines.warning(
            "a subscription's prices are not listed in plans.toml", "organization"_is(organization)
        );
    }
    if (result.dead > 0) {
        with_.lines.warning(
            "dead letters written",
            "records"_is(result.dead),
            "partition"_is(in_hand_.under.of.number)
        );
    }
}

happening executor::tell_time() {
    // Said at once: after a failure, too, the source is asked first, which keeps the leases.
    next_time_ = with_.pace.now() + with_.time_every;
    ledger& state = postgres_.get<ledger>();
    // The time first, then the ends: what was appended in between only makes the answer earlier.
    const instant at = state.database_now();
    for (auto& [which, each] : folded_) {
        each.horizon.asked(at, source_.end_of(which));
        const std::int64_t behind = each.horizon.end() - each.under.next_offset;
        with_.numbers.lag(which.number).set(static_cast<double>(std::max<std::int64_t>(behind, 0)));
    }
    std::vector<partition> lost;
    for (auto& [which, each] : folded_) {
        const auto complete_to = each.horizon.complete_to(each.under.next_offset);
        if (!complete_to) {
            continue;
        }
        const processed result = pass_time(each.under, *complete_to, state);
        if (result.how == processed::ending::not_owner) {
            with_.numbers.not_owner.add();
            lost.push_back(which);
            continue;
        }
        each.horizon.stored(*complete_to);
        with_.numbers.horizon.set(static_cast<double>(to_unix_seconds(result.horizon)));
    }
    for (const partition& which : lost) {
        forget(which);
        source_.drop(which);
    }
    return {.what = happened::done};
}

bool executor::time_is_due() {
    return !folded_.empty() && with_.pace.now() >= next_time_;
}

void executor::forget(const partition& which) {
    if (folded_.erase(which) > 0) {
        with_.numbers.partitions.add(-1);
        with_.numbers.lag(which.number).set(0);
    }
}

void executor::park(const partition& which, std::string_view why) {
    const auto read = folded_.find(which);
    parking one{
        .look_again = with_.pace.now() + parked_for,
        .under = read == folded_.end() ? taken_ : read->second.under,
        .why = std::string{why}};
    forget(which);
    const auto before = parked_.find(which);
    const bool is_new = before == parked_.end();
    const bool is_news = is_new || before->second.why != one.why;
    parked_.insert_or_assign(which, std::move(one));
    with_.numbers.parked.add(is_new ? 1 : 0);
    if (is_news) {
        with_.lines.error(
            "a partition stands still until an operator looks",
            "partition"_is(which.number),
            "why"_is(why)
        );
    }
}

void executor::leave() {
    try {
        if (postgres_.is_open()) {
            postgres_.get<leases>().leave();
        }
    } catch (const std::exception& thrown) {
        with_.lines.warning("leases were not given back", "cause"_is(postgres::scrubbed(thrown)));
    }
}

}  // namespace billhook
