#pragma once

#include "schemas/io/process/clock.hpp"
#include "schemas/settings/settings.hpp"
#include "worker/notifier/mailer.hpp"

#include <memory>

namespace billhook {

// Sends over SMTP by libcurl, one message after the other, the connection kept for a while. With
// STARTTLS or TLS the server's certificate and name are verified and TLS is 1.2 at least; there is
// no falling back to plain text. Nothing is logged. Blocks up to smtp.timeout; one thread.
class smtp_mailer final : public mailer {
public:
    // `time` dates the messages; it outlives the mailer.
    smtp_mailer(const smtp_settings& told, const clock& time);
    ~smtp_mailer() override;

    [[nodiscard]] mailed send(const email& what) override;

private:
    struct handle;
    smtp_settings told_;
    const clock& time_;
    std::unique_ptr<handle> handle_;
};

}  // namespace billhook
