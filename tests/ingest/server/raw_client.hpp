#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace billhook::testing {

// A blocking client that says exactly the bytes it is told.
class raw_client {
public:
    explicit raw_client(std::uint16_t port);
    ~raw_client();
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    // As far as the other side takes it.
    void send(std::string_view bytes) const;
    void finish_sending() const;

    struct reply {
        int status = 0;  // 0: the connection ended, or nothing came in time
        std::string head;
        std::string body;
    };
    // The next response, interim ones (1xx) included.
    [[nodiscard]] reply receive();
    // Its header alone.
    [[nodiscard]] reply receive_head();
    // Something has come, or the end.
    [[nodiscard]] bool readable(std::chrono::milliseconds within) const;
    // True if the other side closes, within the time, and says nothing more before.
    [[nodiscard]] bool closed(std::chrono::milliseconds within = std::chrono::seconds{3});

private:
    bool fill(std::chrono::milliseconds within);

    int socket_;
    std::string pending_;
};

}  // namespace billhook::testing
