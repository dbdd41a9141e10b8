#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace billhook::tests {

// A real mail server, Debian's python3-aiosmtpd, in a folder of its own below the system's
// temporary one; see mail_server.py for its whims. Without that package `usable` is false, and says
// so in a line "SKIPPED: ..." that ctest understands.
class mail_server {
public:
    enum class security { starttls, plain };
    explicit mail_server(security how = security::starttls);
    ~mail_server();  // ends it, removes the folder
    mail_server(const mail_server&) = delete;
    mail_server& operator=(const mail_server&) = delete;

    [[nodiscard]] bool usable() const { return port_ != 0; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Who signed its certificate: itself.
    [[nodiscard]] std::string certificate() const { return folder_ + "/certificate.pem"; }
    // The messages that it took, in order: their bytes, and what Python made of the HTML part.
    [[nodiscard]] std::vector<std::string> messages() const { return files(".eml"); }
    [[nodiscard]] std::vector<std::string> pages() const { return files(".html"); }

private:
    [[nodiscard]] std::vector<std::string> files(const std::string& extension) const;

    std::string folder_;
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace billhook::tests
