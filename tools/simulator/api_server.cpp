#include "tools/simulator/api_server.hpp"

#include "schemas/types/internet_date.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <list>
#include <sstream>

namespace billhook::simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned code = 0;
        const bool escaped =
            text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(&text[at + 1], &text[at + 1] + 2, code, 16).ptr == &text[at + 1] + 2;
        if (escaped) {
            plain += static_cast<char>(code);
            at += 2;
        } else {
            plain += text[at] == '+' ? ' ' : text[at];
        }
    }
    return plain;
}

api_call call_of(const http::request<http::string_body>& request) {
    api_call call;
    call.method = std::string(request.method_string());
    const std::string target(request.target());
    const auto question = target.find('?');
    call.path = decoded(target.substr(0, question));
    // A POST's parameters are a form.
    std::string pairs = question == target.npos ? "" : target.substr(question + 1);
    if (!request.body().empty()) {
        pairs += (pairs.empty() ? "" : "&") + request.body();
    }
    std::istringstream query(pairs);
    for (std::string pair; std::getline(query, pair, '&');) {
        const auto equals = pair.find('=');
        call.parameters.emplace_back(
            decoded(pair.substr(0, equals)),
            equals == pair.npos ? "" : decoded(pair.substr(equals + 1))
        );
    }
    for (const auto& field : request) {
        std::string name(field.name_string());
        std::ranges::transform(name, name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        call.headers.emplace(std::move(name), std::string(field.value()));
    }
    return call;
}

std::string bytes_of(const api_answer& answer) {
    using std::chrono::seconds;
    const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
    const auto date = std::chrono::floor<seconds>(answer.date.value_or(now));
    std::string head = fmt::format(
        "HTTP/1.1 {} Answer\r\nDate: {}\r\nContent-Type: {}\r\n"
        "Content-Length: {}\r\nConnection: close\r\n",
        answer.status,
        internet_date(date, "GMT"),
        answer.content_type,
        answer.body.size()
    );
    for (const auto& [name, value] : answer.headers) {
        head += name + ": " + value + "\r\n";
    }
    const auto sent = answer.fault == api_fault::none ? answer.body.size() : answer.body.size() / 2;
    return head + "\r\n" + answer.body.substr(0, sent);
}

void answer_on(tcp::socket& socket, const api_server::handler& answer) {
    boost::system::error_code failed;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(socket, buffer, request, failed);
    if (failed) {
        return;
    }
    const api_answer with = answer(call_of(request));
    asio::write(socket, asio::buffer(bytes_of(with)), failed);
    if (with.fault == api_fault::cut) {
        socket.set_option(asio::socket_base::linger(true, 0), failed);
        socket.close(failed);
        return;
    }
    if (with.fault == api_fault::none) {
        socket.shutdown(tcp::socket::shutdown_send, failed);
    }
    // Until the caller hangs up: who closes first could cut what is still on its way.
    std::array<char, 256> rest{};
    while (!failed) {
        socket.read_some(asio::buffer(rest), failed);
    }
}

// A thread that ended keeps its stack until it is joined.
struct caller {
    std::atomic<bool> over{false};
    std::thread runs{};

    // Asks once: what ended between two looks would be thrown away without being joined.
    [[nodiscard]] bool is_over() {
        const bool ended = over;
        if (ended) {
            runs.join();
        }
        return ended;
    }
};

}  // namespace

struct api_server::listening {
    explicit listening(std::uint16_t port)
        : acceptor(context, {asio::ip::address_v4::loopback(), port}) {}
    asio::io_context context;
    tcp::acceptor acceptor;
};

std::string api_call::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find(parameters, name, [](const auto& each) { return each.first; });
    return found == parameters.end() ? std::string() : found->second;
}

std::vector<std::string> api_call::parameters_named(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [each, value] : parameters) {
        if (each == name) {
            values.push_back(value);
        }
    }
    return values;
}

api_server::api_server(handler answer, std::uint16_t port, bool at_once)
    : answer_(std::move(answer)),
      at_once_(at_once),
      listening_(std::make_unique<listening>(port)),
      port_(listening_->acceptor.local_endpoint().port()),
      thread_([this] { serve(); }) {}

api_server::~api_server() {
    ending_ = true;
    // A last connection ends the accept that waits.
    boost::system::error_code ignored;
    asio::io_context context;
    tcp::socket last(context);
    last.connect({asio::ip::address_v4::loopback(), port_}, ignored);
    last.close(ignored);
    thread_.join();
}

std::string api_server::base() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

void api_server::serve() {
    std::list<caller> callers;
    while (true) {
        boost::system::error_code failed;
        tcp::socket socket(listening_->context);
        listening_->acceptor.accept(socket, failed);
        if (ending_) {
            break;
        }
        callers.remove_if([](caller& each) { return each.is_over(); });
        if (!failed && at_once_) {
            caller& next = callers.emplace_back();
            next.runs = std::thread([this, &next, from = std::move(socket)]() mutable {
                answer_on(from, answer_);
                next.over = true;
            });
        } else if (!failed) {
            answer_on(socket, answer_);
        }
    }
    for (auto& each : callers) {
        each.runs.join();
    }
}

}  // namespace billhook::simulator
