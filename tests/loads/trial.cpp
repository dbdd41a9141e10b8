#include "tests/loads/trial.hpp"

#include <sys/resource.h>

namespace billhook::testing {

trial try_load(const target& to, const load& what, const trial_plan& plan) {
    trial made;
    made.idle = post_honestly(to, plan.honest);
    const auto clients = plan.clients == 0 ? what.clients : plan.clients;
    const attack beside{to, what, clients, plan.addresses};
    made.attacked = post_honestly(to, plan.honest);
    made.attackers_connections = beside.figures().connections;
    return made;
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace billhook::testing
