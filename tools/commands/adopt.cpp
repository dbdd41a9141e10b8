#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/adopt_report.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/recovery_session.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/commands/text_table.hpp"
#include "tools/recovery/adoption.hpp"
#include "tools/recovery/postgres_holdings.hpp"
#include "tools/recovery/postgres_journal.hpp"
#include "tools/recovery/price_list.hpp"
#include "tools/recovery/publication.hpp"

#include <pqxx/transaction>

#include <chrono>
#include <fstream>

namespace billhook {
namespace {

using namespace std::chrono_literals;

struct adopt_flags {
    std::string write;
    std::string wait = "10m";
    bool another_account = false;
    bool yes = false;
    bool json = false;
};

// A line for each phase as it begins, and every few seconds.
class phase_lines {
public:
    void operator()(const std::string& phase, const std::string& progress) {
        const auto now = std::chrono::steady_clock::now();
        if (phase != phase_ || now >= next_) {
            phase_ = phase;
            next_ = now + 5s;
            warn("{}: {}\n", phase, progress);
        }
    }

private:
    std::string phase_;
    std::chrono::steady_clock::time_point next_{};
};

class takeover {
public:
    takeover(const settings& all, const adopt_flags& flags)
        : flags_(flags), session_(all, flags.yes) {}

    [[nodiscard]] bool usable() const { return session_.usable(); }

    // What the account sells, and whether the plans in force know it.
    void read_account() {
        prices_ = read_prices(session_.from());
        pqxx::work in(session_.database());
        const auto in_force = postgres::plans_in_force(in).text.plans;
        for (const account_price& each : prices_) {
            const auto listed = in_force.listing_of(
                {.price = each.id, .product = each.product, .lookup_key = each.lookup_key}
            );
            unknown_ += !listed.plan && !listed.addon ? 1 : 0;
        }
        warn(
            "account: a key of {} mode; {} recurring prices, of which the plans in force list {}\n",
            session_.livemode() ? "live" : "test",
            prices_.size(),
            prices_.size() - unknown_
        );
    }
    [[nodiscard]] const std::vector<account_price>& prices() const { return prices_; }

    [[nodiscard]] adoption_end run() {
        session_.reach_log();
        postgres_journal books(session_.database());
        postgres_holdings ours(session_.database());
        phase_lines lines;
        return adopt(
            {.from = session_.from(),
             .books = books,
             .ours = ours,
             .time = session_.time(),
             .folded = [this] { return is_folded(); },
             .release = [this](spool& waiting) { return session_.released(waiting); },
             .watch = lines},
            {.livemode = session_.livemode(), .another_account = flags_.another_account},
            report_
        );
    }
    [[nodiscard]] const adoption_report& report() const { return report_; }
    [[nodiscard]] const foretold& notices() const { return session_.notices(); }
    [[nodiscard]] taken_over state() {
        std::vector<std::string> misnamed;
        for (const divergence& each : report_.last.divergences) {
            if (each.cause == divergence_cause::misnamed) {
                misnamed.push_back(each.object);
            }
        }
        return read_taken_over(session_.database(), misnamed);
    }

private:
    bool is_folded() {
        phase_lines lines;
        const auto state = session_.wait_until_folded(
            *duration_from(flags_.wait), [&](const folding& now) { lines("folding", now.text()); }
        );
        return state.done();
    }

    const adopt_flags& flags_;
    recovery_session session_;
    std::vector<account_price> prices_;
    std::size_t unknown_ = 0;
    adoption_report report_;
};

exit_code write_plans(const std::vector<account_price>& prices, const std::string& path) {
    if (prices.empty()) {
        warn("the account has no recurring prices: nothing to propose\n");
        return exit_code::no;
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << proposed_plans(prices) << std::flush)) {
        warn("{}: cannot be written\n", path);
        return exit_code::refused;
    }
    tell(
        "{}: {} recurring prices; order the plans and say what they give, then billhook plans "
        "check, plans try and plans apply\n",
        path,
        prices.size()
    );
    return exit_code::done;
}

void print_text(const takeover& done, const taken_over& state) {
    text_table prices({"recurring price", "lookup key", "product", "costs", "sold"});
    for (const account_price& each : done.prices()) {
        prices.add(
            {each.id,
             each.lookup_key.empty() ? "-" : each.lookup_key,
             each.product_name.empty() ? each.product : each.product_name,
             price_words(each),
             each.active ? "yes" : "no"}
        );
    }
    text_table differences({"kind", "cause", "object"});
    for (const divergence& each : done.report().last.divergences) {
        differences.add(
            {std::string(to_word(each.kind)), std::string(to_word(each.cause)), each.object}
        );
    }
    const auto& report = done.report();
    tell(
        "{}\n{}{}{}{} events and {} readings published, {} notices sent for them; the last of {} "
        "passes left {} differences\n",
        own_lines{prices.text()},
        own_lines{to_text(state)},
        own_lines{differences.empty() ? "" : "\n" + differences.text()},
        own_lines{differences.empty() ? "" : "\n"},
        report.events.published,
        report.readings,
        done.notices().notices,
        report.passes,
        report.last.divergences.size()
    );
}

void add_prices(json::writer& out, const std::vector<account_price>& prices) {
    out.key("prices").begin_array();
    for (const account_price& each : prices) {
        out.begin_object()
            .member("price", each.id)
            .member("product", each.product)
            .member("product_name", each.product_name)
            .member("lookup_key", each.lookup_key)
            .member("amount", each.amount)
            .member("currency", each.currency)
            .member("interval", each.interval)
            .member("interval_count", each.interval_count)
            .member("active", each.active)
            .end_object();
    }
    out.end_array();
}

void print_json(const takeover& done, const taken_over& state) {
    const auto& report = done.report();
    json::writer out;
    out.begin_object()
        .member("events", static_cast<std::int64_t>(report.events.published))
        .member("readings", static_cast<std::int64_t>(report.readings))
        .member("notices", static_cast<std::int64_t>(done.notices().notices))
        .member("passes", static_cast<std::int64_t>(report.passes));
    add_prices(out, done.prices());
    out.key("differences").begin_array();
    for (const divergence& each : report.last.divergences) {
        out.begin_object()
            .member("kind", to_word(each.kind))
            .member("object", each.object)
            .member("cause", to_word(each.cause))
            .end_object();
    }
    out.end_array();
    add_to(out, state);
    tell("{}\n", out.end_object().take());
}

exit_code take_over(const settings& all, const adopt_flags& flags) {
    takeover work(all, flags);
    if (!work.usable()) {
        return exit_code::usage;
    }
    try {
        work.read_account();
        if (!flags.write.empty()) {
            return write_plans(work.prices(), flags.write);
        }
        switch (work.run()) {
            case adoption_end::done:
                break;
            case adoption_end::not_folded:
                warn("not all is folded; is a worker running? then again\n");
                return exit_code::no;
            case adoption_end::held_back:
                return exit_code::refused;
        }
    } catch (const stripe::failure& failed) {
        return complain_of_failure(failed);
    } catch (const not_published& failed) {
        warn("{}; see kafka.brokers\n", failed.what());
        return exit_code::unreachable;
    }
    const auto state = work.state();
    flags.json ? print_json(work, state) : print_text(work, state);
    return state.complete() && work.report().last.open() == 0 ? exit_code::done : exit_code::no;
}

}  // namespace

exit_code run_adopt(arguments given) {
    command_line line(
        "billhook adopt",
        "Takes over a Stripe account that has customers already: fetches its events of the last "
        "30\n"
        "days, compares its objects with ours until nothing is left to heal, and reports what\n"
        "belongs to nobody, what no plan lists, and the standings. Nobody is mailed for the past.\n"
        "May be stopped and begun again at any moment. Exit code 0: all is in place; 1: something\n"
        "is left to do, and how; 4: notices would be sent, which --yes allows.",
        "  billhook adopt --write plans.toml   only a draft of the plans, from the account's "
        "prices\n"
        "  billhook adopt                      everything; again, it changes nothing\n"
        "  billhook adopt --json               the report as one JSON object\n"
    );
    adopt_flags flags;
    auto own = line.flags();
    own.add_option("--write", flags.write, "write a draft of plans.toml to FILE, and end")
        .type_name("FILE");
    own.add_option("--wait", flags.wait, "for what was published to be folded").shown();
    own.add_flag("--yes", flags.yes, "also if that sends notices to customers");
    own.add_flag(
        "--another-account", flags.another_account, "though it has no customer that we have"
    );
    own.add_flag("--json", flags.json, "one JSON object");
    const auto told =
        line.read(std::move(given), {"database.url", "kafka.brokers", "stripe.secret_key"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    if (!duration_from(flags.wait)) {
        warn("--wait: must be a duration like 90s and 10m\n");
        return exit_code::usage;
    }
    return take_over(std::get<settings>(told), flags);
}

}  // namespace billhook
