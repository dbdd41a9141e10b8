#pragma once

#include "ingest/api/service/api_service.hpp"
#include "schemas/io/process/log.hpp"
#include "tests/builders/postgres/database.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

namespace billhook::testing {

// Believes tokens of the form "ROLE ORGANIZATION", with the words admin, member, staff (somebody
// who acts as the user) or service; what the real tokens are is the business of access/.
class plain_doorman final : public api::authority {
public:
    [[nodiscard]] result<api::caller, http::problem> who_asks(
        const http::request_head& head,
        const std::optional<organization_id>& of_the_path,
        instant now
    ) override;
};

// What a call was answered.
struct api_reply {
    int status = 0;
    std::string head;
    std::string body;
    // The field's value; empty if there is none.
    [[nodiscard]] std::string field(const std::string& name) const;
};

// The text of a member of the body; "" if there is none.
[[nodiscard]] std::string member_of(const api_reply& reply, const std::string& name);
// Whether the body has the text.
[[nodiscard]] bool says(const api_reply& reply, const std::string& text);

// The whole API on threads of this process and a free port of the loopback, with the role that it
// has in production; stopped gracefully when it is destroyed.
class running_api {
public:
    explicit running_api(api::api_plan plan);
    ~running_api();
    running_api(const running_api&) = delete;
    running_api& operator=(const running_api&) = delete;

    [[nodiscard]] api_reply ask(
        const std::string& method,
        const std::string& target,
        const std::string& token,
        const std::string& body = "",
        const std::string& more_fields = ""
    ) const;
    [[nodiscard]] api_reply get(const std::string& target, const std::string& token) const {
        return ask("GET", target, token);
    }
    // GET of the admin listener.
    [[nodiscard]] api_reply admin(const std::string& path) const;
    // Whether /readyz comes to be answered so: to one probe it says what became of the one before.
    [[nodiscard]] bool becomes(int status) const;
    void stop();
    // After `stop`.
    [[nodiscard]] std::string log_text() const { return said_.str(); }

private:
    std::ostringstream said_;
    log lines_;
    metrics numbers_;
    plain_doorman doorman_;
    int wish_;
    std::unique_ptr<api::api_service> service_;
    std::thread thread_;
};

// A plan with that database, the example plans and free ports.
[[nodiscard]] api::api_plan api_plan_for(const builders::database& state, const std::string& topic);

}  // namespace billhook::testing
