#include "tests/simulation/sim_ledger.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "tests/simulation/sim_outbox.hpp"
#include "worker/ledger/outgoing.hpp"

#include <algorithm>
#include <utility>

namespace billhook::simulation {

namespace {

using postgres::remedy;

std::string row_of(const partition& which) {
    return "offsets/" + which.topic + "/" + std::to_string(which.number);
}

claim claim_in(const sim_database::offset_row& row, const partition& which) {
    return {
        .of = which,
        .epoch = row.epoch,
        .next_offset = row.next_offset,
        .fingerprint = row.fingerprint,
        .halted = row.halted};
}

}  // namespace

sim_unit::~sim_unit() {
    release();
}

void sim_unit::release() {
    for (const std::string& row : held_) {
        over_.database.locks.erase(row);
    }
    held_.clear();
}

void sim_unit::lock(const std::string& row) {
    auto& holder = over_.database.locks[row];
    if (holder != nullptr && holder != this) {
        sim_unit* sleeper = holder;
        sleeper->ended_ = true;
        sleeper->release();
    }
    over_.database.locks[row] = this;
    held_.insert(row);
}

void sim_unit::call(std::string_view name) {
    over_.call(name);
    if (ended_) {
        over_.break_down("the session was ended while it idled");
    }
}

const builders::memory_projection& sim_unit::view() {
    sim_database& committed = over_.database;
    if (!view_ || version_ != committed.version || seen_writes_ != writes_.size()) {
        view_ = std::make_unique<sim_database>(committed.partitions);
        view_->tables = committed.tables;
        for (const auto& write : writes_) {
            write(*view_);
        }
        version_ = committed.version;
        seen_writes_ = writes_.size();
    }
    return view_->tables;
}

locked_customers sim_unit::lock_customers(const object_keys& keys) {
    call("lock_customers");
    for (const std::string& each : keys.customers) {
        lock("customers/" + each);
    }
    write([keys](sim_database& to) { to.tables.make_customers(keys); });
    return {keys};
}

known sim_unit::load(const locked_customers& under) {
    call("load_objects");
    return view().load(under.keys);
}

void sim_unit::store(const changes& folded, std::span<const dead_record> dead) {
    call("store_objects");
    for (const journal_row& row : folded.journal) {
        if (over_.database.poisoned.contains(row.id)) {
            throw postgres::failure("unsupported Unicode", {remedy::bisect, "22P05"});
        }
    }
    const std::vector<dead_record> letters(dead.begin(), dead.end());
    write([folded, letters, stepped = steps](sim_database& to) {
        to.tables.store(folded);
        for (const dead_record& each : letters) {
            to.dead_letters.emplace(each.at, each);
        }
        const auto total = static_cast<std::int64_t>(to.dead_letters.size());
        if (!letters.empty() && to.dead_letters.size() > to.dead_letters_allowed &&
            2 * total > to.consumed() && stepped) {
            to.offsets[*stepped].halted = true;
        }
    });
}

locked_standings sim_unit::lock_standings(std::span<const organization_id> touched) {
    call("lock_standings");
    for (const organization_id& each : touched) {
        lock("standings/" + each.text());
    }
    return {
        {touched.begin(), touched.end()}
    };
}

locked_standings sim_unit::claim_due(std::size_t limit) {
    call("claim_due");
    std::vector<std::pair<instant, organization_id>> due;
    for (const auto& [id, row] : view().standings()) {
        const bool free = !over_.database.locks.contains("standings/" + id.text());
        if (row.next_change_at && *row.next_change_at <= horizon_ && free) {
            due.emplace_back(*row.next_change_at, id);
        }
    }
    std::ranges::sort(due);
    locked_standings claimed;
    for (const auto& [at, id] : due) {
        if (claimed.organizations.size() < limit) {
            lock("standings/" + id.text());
            claimed.organizations.push_back(id);
        }
    }
    std::ranges::sort(claimed.organizations);
    return claimed;
}

// One organization each: nothing may lean on their being together.
std::vector<locked_standings> sim_unit::pieces_of(const locked_standings& under) {
    call("pieces_of");
    std::vector<locked_standings> pieces;
    for (const organization_id& each : under.organizations) {
        pieces.push_back({{each}});
    }
    return pieces;
}

std::vector<organization_facts> sim_unit::load(const locked_standings& under) {
    call("load_organizations");
    std::vector<organization_facts> all;
    for (const organization_id& each : under.organizations) {
        all.push_back(view().load(each));
    }
    return all;
}

void sim_unit::store(const restated& standings) {
    call("store_standings");
    // Drawn under the locks, and gone if this rolls back: numbers have gaps.
    std::vector<std::int64_t> ids(messages_in(standings));
    for (std::int64_t& each : ids) {
        each = over_.database.next_outbox_id++;
    }
    write([standings, rows = outbox_rows(standings, ids)](sim_database& to) {
        to.tables.store(standings);
        for (const outbox_row& each : rows) {
            to.outbox.emplace(each.id, each.what);
        }
    });
}

void sim_unit::commit() {
    if (ended_) {
        over_.break_down("the session was ended before COMMIT");
    }
    over_.land("commit", [this] {
        if (ended_) {
            over_.break_down("the session was ended at COMMIT");
        }
        for (const auto& each : writes_) {
            each(over_.database);
        }
        ++over_.database.version;
        release();
    });
}

claim sim_ledger::take_over(const partition& which) {
    over_.call("take_over");
    generation_ = over_.database.generation;
    for (std::int32_t number = 0; number < over_.database.partitions; ++number) {
        over_.database.offsets.try_emplace({which.topic, number});
    }
    // Waits for a batch in flight: here, ends its session.
    sim_unit taking(over_, {});
    taking.lock(row_of(which));
    auto& row = over_.database.offsets[which];
    ++row.epoch;
    ++over_.database.version;
    return claim_in(row, which);
}

std::optional<claim> sim_ledger::look_at(const partition& which) {
    over_.call("look_at");
    const auto row = over_.database.offsets.find(which);
    if (generation_ != over_.database.generation || row == over_.database.offsets.end()) {
        return std::nullopt;
    }
    return claim_in(row->second, which);
}

instant sim_ledger::database_now() {
    over_.call("database_now");
    return over_.database.ask_time();
}

std::unique_ptr<unit_of_work> sim_ledger::begin(const advance& step) {
    over_.call("begin");
    auto unit = std::make_unique<sim_unit>(over_, over_.database.horizon());
    unit->lock(row_of(step.from.of));
    const auto& row = over_.database.offsets[step.from.of];
    if (row.next_offset != step.from.next_offset || row.epoch != step.from.epoch || row.halted ||
        generation_ != over_.database.generation) {
        return nullptr;
    }
    unit->steps = step.from.of;
    unit->write([step](sim_database& to) {
        auto& moved = to.offsets[step.from.of];
        moved.next_offset = step.next_offset;
        if (step.fingerprint) {
            moved.fingerprint = step.fingerprint;
        }
        if (step.complete_to) {
            moved.complete_to = step.complete_to;
        }
    });
    return unit;
}

std::unique_ptr<unit_of_work> sim_ledger::begin_tick() {
    over_.call("begin_tick");
    if (generation_ != over_.database.generation) {
        generation_ = over_.database.generation;
        return nullptr;
    }
    return std::make_unique<sim_unit>(over_, over_.database.horizon());
}

std::vector<live_lease> sim_leases::renew(std::chrono::milliseconds span) {
    over_.call("renew");
    const instant now = over_.database.ask_time();
    auto& rows = over_.database.leases;
    rows[presence_prefix + holder_] = {holder_, now};
    std::vector<live_lease> live;
    for (auto& [name, row] : rows) {
        if (row.holder == holder_) {
            row.until = now + span;
        }
        if (row.until > now) {
            live.push_back({name, row.holder});
        }
    }
    return live;
}

std::vector<std::string> sim_leases::claim(
    std::span<const std::string> names,
    std::chrono::milliseconds span
) {
    over_.call("claim");
    const instant now = over_.database.ask_time();
    std::vector<std::string> taken;
    for (const std::string& name : names) {
        auto& row = over_.database.leases[name];
        if (row.holder == holder_ || row.until <= now) {
            row = {holder_, now + span};
            taken.push_back(name);
        }
    }
    return taken;
}

void sim_leases::release(std::span<const std::string> names) {
    over_.call("release");
    std::erase_if(over_.database.leases, [&](const auto& each) {
        return each.second.holder == holder_ && std::ranges::find(names, each.first) != names.end();
    });
}

void sim_leases::leave() {
    over_.call("leave");
    std::erase_if(over_.database.leases, [&](const auto& each) {
        return each.second.holder == holder_;
    });
}

bool sim_organizations::copy(const organization_id& which) {
    const auto row = over_.database.application.find(which);
    const auto& standings = over_.database.tables.standings();
    const auto from = standings.find(which);
    if (row == over_.database.application.end() || from == standings.end()) {
        return false;
    }
    auto& to = row->second;
    const bool differs = to.customer != from->second.customer || to.plan != from->second.plan ||
                         to.status != from->second.subscription_status;
    to.customer = from->second.customer;
    to.plan = from->second.plan;
    to.status = from->second.subscription_status;
    return differs;
}

void sim_organizations::mirror(std::span<const organization_id> restated) {
    over_.call("mirror");
    for (const organization_id& each : restated) {
        copy(each);
    }
}

std::size_t sim_organizations::mirror_differing(std::size_t limit) {
    over_.call("mirror_differing");
    std::size_t seen = 0;
    for (const auto& [id, row] : over_.database.application) {
        if (seen < limit && copy(id)) {
            ++seen;
        }
    }
    return seen;
}

std::vector<mapping> sim_organizations::unmapped(
    std::size_t limit,
    const std::optional<organization_id>& after
) {
    over_.call("unmapped");
    std::vector<mapping> all;
    for (const auto& [id, row] : over_.database.application) {
        if (all.size() < limit && (!after || id > *after) &&
            !over_.database.tables.standings().contains(id)) {
            all.push_back(
                {.id = mapping_id(id, row.customer),
                 .organization = id,
                 .customer = row.customer,
                 .organization_created = row.created,
                 .created = over_.database.ask_time()}
            );
        }
    }
    return all;
}

}  // namespace billhook::simulation
