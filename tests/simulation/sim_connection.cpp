#include "tests/simulation/sim_connection.hpp"

#include "schemas/io/postgres/failure.hpp"

namespace billhook::simulation {

using postgres::remedy;

void sim_connection::break_down(const char* why) {
    broken = true;
    throw postgres::failure(why, {remedy::reconnect, {}});
}

void sim_connection::call(std::string_view name) {
    if (broken) {
        break_down("the connection is gone");
    }
    const auto met = weather.meet(name);
    if (broken) {
        break_down("the connection went meanwhile");
    }
    if (!met) {
        return;
    }
    switch (*met) {
        case fault::retry:
            throw postgres::failure("could not serialize", {remedy::retry, "40001"});
        case fault::refused:
            throw postgres::failure("no right", {remedy::alarm, "42501"});
        case fault::broken:
        case fault::lands_unknown:
            break_down("the connection broke");
        case fault::killed:
        case fault::killed_landed:
            throw worker_killed{};
    }
}

void sim_connection::land(std::string_view name, const std::function<void()>& what) {
    if (broken) {
        break_down("the connection is gone");
    }
    const auto met = weather.meet(name);
    if (broken) {
        break_down("the connection went meanwhile");
    }
    if (met == fault::killed) {
        throw worker_killed{};
    }
    if (met == fault::retry) {
        throw postgres::failure("could not serialize", {remedy::retry, "40001"});
    }
    if (met == fault::refused) {
        throw postgres::failure("no right", {remedy::alarm, "42501"});
    }
    if (met == fault::broken) {
        break_down("COMMIT in doubt: it did not land");
    }
    what();
    if (met == fault::lands_unknown) {
        break_down("COMMIT in doubt: it landed");
    }
    if (met == fault::killed_landed) {
        throw worker_killed{};
    }
}

}  // namespace billhook::simulation
