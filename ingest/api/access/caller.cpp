#include "ingest/api/access/caller.hpp"

namespace billhook::api {

std::optional<http::problem> refuses_write(const caller& who) {
    if (who.impersonated) {
        return http::problem{.code = http::problem_code::impersonated_session};
    }
    if (who.role != organization_role::admin) {
        return http::problem{.code = http::problem_code::admin_required};
    }
    return std::nullopt;
}

}  // namespace billhook::api
