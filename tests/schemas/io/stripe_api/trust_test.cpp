#include "schemas/io/stripe_api/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

namespace billhook::stripe {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

// Presents a certificate for localhost that nobody signed but itself; keeps what the one caller
// said after the handshake, if it went on to that.
class self_signed_server {
public:
    self_signed_server()
        : folder_(
              std::filesystem::temp_directory_path() /
              ("billhook-trust-" + std::to_string(::getpid()))
          ),
          acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
        std::filesystem::create_directories(folder_);
        const std::string command =
            "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext "
            "subjectAltName=DNS:localhost -keyout '" +
            key() + "' -out '" + certificate() + "' 2>/dev/null";
        REQUIRE(std::system(command.c_str()) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~self_signed_server() { std::filesystem::remove_all(folder_); }
    // What the caller said, once it has gone.
    [[nodiscard]] std::string heard() {
        thread_.join();
        return heard_;
    }
    [[nodiscard]] std::string base() const {
        return "https://localhost:" + std::to_string(acceptor_.local_endpoint().port());
    }

private:
    [[nodiscard]] std::string key() const { return (folder_ / "key.pem").string(); }
    [[nodiscard]] std::string certificate() const { return (folder_ / "certificate.pem").string(); }
    void serve() {
        asio::ssl::context tls(asio::ssl::context::tls_server);
        tls.use_certificate_chain_file(certificate());
        tls.use_private_key_file(key(), asio::ssl::context::pem);
        asio::ssl::stream<tcp::socket> stream(context_, tls);
        boost::system::error_code failed;
        acceptor_.accept(stream.next_layer(), failed);
        stream.handshake(asio::ssl::stream_base::server, failed);
        char bytes[512];
        if (!failed) {
            heard_.assign(bytes, stream.read_some(asio::buffer(bytes), failed));
        }
    }

    std::filesystem::path folder_;
    asio::io_context context_;
    tcp::acceptor acceptor_;
    std::thread thread_;
    std::string heard_;
};

}  // namespace

TEST_CASE("client: a server that nobody vouches for never sees the key") {
    std::string said;
    std::string heard;
    {
        self_signed_server server;
        client_settings told;
        told.base = server.base();
        told.key = secret("sk_test_0123456789abcdef");
        {
            client asks(told, [](std::chrono::milliseconds) { return true; });
            try {
                static_cast<void>(asks.get({.path = "/v1/events"}));
            } catch (const failure& why) {
                said = (why.retryable ? "retryable: " : "final: ") + std::string(why.what());
            }
        }
        heard = server.heard();
    }
    CHECK(said == "final: Stripe, GET /v1/events: untrusted after 1 tries");
    CHECK(heard.empty());
}

}  // namespace billhook::stripe
