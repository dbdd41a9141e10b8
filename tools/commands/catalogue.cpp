#include "schemas/io/process/clock.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/linking.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/secret_file.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/selling/apply.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {

namespace {

struct catalogue_flags {
    selling::wish wish;
    std::string secret_path;
    bool applies = false;
    bool yes = false;
    bool json = false;
};

// What came of it.
struct catalogue_report {
    selling::steps_planned planned;
    std::size_t done = 0;  // of the steps
    std::optional<std::string> portal;
    std::optional<std::string> endpoint;
};

void print_steps(const selling::steps_planned& planned) {
    for (const selling::step& each : planned.steps) {
        tell("{} {}: {}\n", to_word(each.about), each.name, each.words);
    }
    for (const std::string& each : planned.notes) {
        tell("note: {}\n", each);
    }
}

void print_json(const catalogue_report& all) {
    json::writer out;
    out.begin_object().key("steps").begin_array();
    for (std::size_t at = 0; at < all.planned.steps.size(); ++at) {
        const selling::step& each = all.planned.steps[at];
        out.begin_object()
            .member("about", to_word(each.about))
            .member("name", each.name)
            .member("what", each.words)
            .member("done", at < all.done)
            .end_object();
    }
    out.end_array().key("notes").begin_array();
    for (const std::string& each : all.planned.notes) {
        out.add(each);
    }
    out.end_array()
        .member("portal_configuration", all.portal)
        .member("webhook_endpoint", all.endpoint)
        .end_object();
    tell("{}\n", out.take());
}

// Where its pieces are, for who goes on with them.
void print_places(const catalogue_report& all, const catalogue_flags& told) {
    if (all.portal) {
        tell("The portal's configuration is {}; billhook-api finds it.\n", *all.portal);
    }
    if (all.endpoint && !told.secret_path.empty()) {
        tell(
            "The secret of endpoint {} is in {}: put it into a secret of [[ingest.endpoints]], and "
            "delete the file.\n",
            *all.endpoint,
            told.secret_path
        );
    }
}

exit_code complain_of(const stripe::refusal& why) {
    warn(
        "Stripe refused: {}{}\n",
        stripe::to_text(why),
        why.status == 403   ? "; the key needs to write products, prices, portal configurations "
                              "and webhook endpoints: Dashboard, Developers, API keys"
        : why.status == 401 ? "; see stripe.secret_key (STRIPE_SECRET_KEY)"
                            : ""
    );
    return exit_code::refused;
}

exit_code complain_of(const selling::applied& what) {
    warn("{} {}: ", to_word(what.at->about), what.at->name);
    switch (what.end) {
        case selling::apply_end::done:
            break;
        case selling::apply_end::refused:
            return complain_of(*what.why);
        case selling::apply_end::unheard:
            warn("Stripe answers as if nothing was asked\n");
            break;
        case selling::apply_end::secret_lost:
            warn(
                "is made, and its secret was not kept: reveal it in Stripe's Dashboard, "
                "Developers, "
                "Webhooks\n"
            );
            break;
    }
    return exit_code::refused;
}

exit_code apply(
    stripe::client& to,
    const selling::wanted_account& wanted,
    selling::account_shown& shown,
    const catalogue_flags& told,
    catalogue_report& report
) {
    const auto& steps = report.planned.steps;
    const bool gives_secret = std::ranges::any_of(steps, &selling::step::gives_secret);
    if (gives_secret && told.secret_path.empty()) {
        warn("--secret-file says where the new endpoint's secret goes: Stripe shows it once\n");
        return exit_code::usage;
    }
    if (!confirmed(told.yes, fmt::format("{} steps at Stripe.", steps.size()), "Nothing is done")) {
        return exit_code::no;
    }
    auto for_secret = gives_secret ? secret_file::make(told.secret_path) : std::nullopt;
    if (gives_secret && !for_secret) {
        warn("--secret-file {}: exists already, or cannot be made\n", told.secret_path);
        return exit_code::usage;
    }
    const auto end = selling::apply(to, wanted, shown, [&](const secret& what) {
        return for_secret && for_secret->write(what);
    });
    report.done = end.steps;
    if (end.end == selling::apply_end::done) {
        return exit_code::done;
    }
    const auto code = complain_of(end);
    warn("{} of {} steps are done and stay; the same command goes on\n", end.steps, steps.size());
    return code;
}

exit_code work_on(
    const settings& all,
    const selling::wanted_account& wanted,
    const catalogue_flags& told
) {
    const auto at = stripe_client_or_problem(all, all.livemode);
    if (!at) {
        return exit_code::usage;
    }
    system_clock time;
    stripe::client client(*at, [&](std::chrono::milliseconds pause) {
        time.sleep(pause);
        return true;
    });
    troubles met;
    client.on_trouble([&](const stripe::trouble& what) { met.add(what); });
    auto shown = selling::read_account(client);
    if (!shown) {
        return complain_of(shown.error());
    }
    catalogue_report report{
        .planned = selling::steps_to(wanted, *shown), .portal = {}, .endpoint = {}};
    if (!told.json) {
        print_steps(report.planned);
    }
    const bool nothing = report.planned.steps.empty();
    auto code = nothing ? exit_code::done : exit_code::no;
    if (told.applies && !nothing) {
        code = apply(client, wanted, *shown, told, report);
    }
    report.portal = selling::portal_of(*shown);
    report.endpoint = selling::endpoint_of(wanted, *shown);
    if (told.json) {
        print_json(report);
    } else if (nothing) {
        tell("Stripe has all that the plans need; nothing is to do.\n");
    } else if (report.done > 0) {
        print_places(report, told);
    }
    return code;
}

}  // namespace

exit_code run_catalogue(arguments given) {
    command_line line(
        "billhook catalogue",
        "What billhook-api sells at Stripe: for each plan of plans.toml with lookup keys a product "
        "and\nprices by the seat, a configuration of the customer portal, and an endpoint that "
        "sends "
        "the events\nthat Billhook understands. `plan` shows what there is to do; `apply` shows "
        "it, "
        "asks, and does it.\nDone twice it changes nothing. An amount never changes: a new price "
        "takes "
        "the lookup key over, and\nwho pays the former one goes on doing so. Amounts are in the "
        "currency's smallest unit; by default\n2900, 7900 and 19900 a month in the order of the "
        "plans, "
        "and no year. What is not given and has a\nprice at Stripe stays as it is. The key may "
        "write "
        "products, prices, portal and webhook endpoints.\nExit codes: 0 nothing is (left) to do; 1 "
        "something is; 2 usage; 3 Stripe did not answer; 4 it refused.",
        "  billhook catalogue plan\n"
        "  billhook catalogue apply --monthly pro=8900 --yearly pro=89000\n"
        "  billhook catalogue apply --endpoint https://hooks.example.com/stripe/webhook "
        "--secret-file endpoint.secret\n"
        "  billhook catalogue plan --json    for scripts; exit 1 says that Stripe has drifted\n"
    );
    catalogue_flags told;
    flag_set shows = line.flags().add_subcommand("plan", "show what is to do, and do nothing");
    flag_set applies = line.flags().add_subcommand("apply", "do it, after asking");
    for (flag_set each : {shows, applies}) {
        each.add_option(
            "--monthly", told.wish.monthly, "PLAN=AMOUNT a month; for several plans again"
        );
        each.add_option("--yearly", told.wish.yearly, "PLAN=AMOUNT a year");
        each.add_option("--currency", told.wish.currency, "of new prices").shown();
        each.add_option(
            "--endpoint", told.wish.endpoint, "URL at which webhooks arrive; else left"
        );
        each.add_option("--return-url", told.wish.return_url, "back from the portal");
        each.add_flag("--json", told.json, "one JSON object");
    }
    applies.add_option("--secret-file", told.secret_path, "new file for the new endpoint's secret");
    applies.add_flag("--yes", told.yes, "without asking");
    line.flags().require_subcommand();
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    told.applies = applies.parsed();
    const auto read = line.read_settings({"stripe.secret_key"});
    if (const auto* code = std::get_if<exit_code>(&read)) {
        return *code;
    }
    const auto& all = std::get<settings>(read);
    const auto plans = read_plans_file(all.plans);
    if (!plans) {
        return exit_code::usage;
    }
    const auto wanted = selling::wanted_from(plans->plans, told.wish);
    if (!wanted) {
        for (const std::string& each : wanted.error()) {
            warn("billhook catalogue: {}\n", each);
        }
        return exit_code::usage;
    }
    try {
        return work_on(all, *wanted, told);
    } catch (const stripe::failure& failed) {
        return complain_of_failure(failed);
    }
}

}  // namespace billhook
