#include "tools/simulator/courier.hpp"

#include "tools/simulator/signature.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace billhook::simulator {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int no_answer = 0;
constexpr int attempts_of_refused = 3;
constexpr auto reports = asio::as_tuple(asio::use_awaitable);

bool is_refusal(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

// One connection, which opens itself again after it broke.
struct line {
    explicit line(asio::io_context& io) : context(io) {}

    asio::io_context& context;
    std::unique_ptr<beast::tcp_stream> stream;
    beast::flat_buffer buffer;
};

class run {
public:
    run(std::span<const post> posts,
        const courier_settings& settings,
        const std::function<void(const tally&)>& progress)
        : posts_(posts), settings_(settings), progress_(progress), started_(steady::now()) {
        done_.counts.total = posts.size();
        done_.statuses.assign(posts.size(), no_answer);
        tcp::resolver resolver(context_);
        where_ = resolver.resolve(settings.url.host, settings.url.port);
        const auto lanes = std::max<std::size_t>(settings.connections, 1);
        queues_.resize(lanes);
        for (std::size_t at = 0; at < posts.size(); ++at) {
            queues_[posts[at].lane % lanes].push_back(at);
        }
    }

    delivered until_done() {
        for (const auto& queue : queues_) {
            if (!queue.empty()) {
                auto carrier = carry(queue);
                asio::co_spawn(context_, std::move(carrier), rethrow);
            }
        }
        context_.run();
        return std::move(done_);
    }

private:
    static void rethrow(const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

    asio::awaitable<void> sleep_until(steady::time_point when) {
        asio::steady_timer timer(context_, when);
        co_await timer.async_wait(reports);
    }

    asio::awaitable<void> carry(const std::vector<std::size_t>& queue) {
        line on(context_);
        for (const auto at : queue) {
            if (settings_.rate > 0) {
                const std::chrono::duration<double> since(static_cast<double>(at) / settings_.rate);
                co_await sleep_until(
                    started_ + std::chrono::duration_cast<steady::duration>(since)
                );
            }
            co_await post_until_accepted(on, at);
        }
    }

    asio::awaitable<void> post_until_accepted(line& on, std::size_t at) {
        auto& counts = done_.counts;
        std::chrono::milliseconds pause = 50ms;
        int status = no_answer;
        for (int tries = 1;; ++tries) {
            status = co_await attempt(on, posts_[at].body);
            ++counts.answers[status];
            const int limit = is_refusal(status) ? std::min(attempts_of_refused, settings_.attempts)
                                                 : settings_.attempts;
            if (status == 200 || tries >= limit) {
                break;
            }
            ++counts.repeated;
            co_await sleep_until(steady::now() + pause);
            pause = std::min(pause * 2, settings_.longest_pause);
        }
        done_.statuses[at] = status;
        counts.accepted += status == 200 ? 1 : 0;
        ++counts.done;
        progress_(counts);
    }

    [[nodiscard]] http::request<http::string_body> request_for(std::string_view body) const {
        const auto now =
            std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        http::request<http::string_body> request(http::verb::post, settings_.url.path, 11);
        request.set(http::field::host, settings_.url.host + ":" + settings_.url.port);
        request.set(http::field::user_agent, "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        request.set(http::field::accept, "*/*; q=0.5, application/xml");
        request.set(http::field::content_type, "application/json; charset=utf-8");
        request.set("Stripe-Signature", signature_header(body, settings_.key, now));
        request.body() = std::string(body);
        request.prepare_payload();
        return request;
    }

    asio::awaitable<bool> open(line& on) {
        if (on.stream) {
            co_return true;
        }
        on.stream = std::make_unique<beast::tcp_stream>(context_);
        on.stream->expires_after(settings_.timeout);
        const auto [error, endpoint] = co_await on.stream->async_connect(where_, reports);
        if (error) {
            on.stream.reset();
            co_return false;
        }
        on.stream->socket().set_option(tcp::no_delay(true));
        on.buffer.clear();
        co_return true;
    }

    // The status, or no_answer.
    asio::awaitable<int> attempt(line& on, std::string_view body) {
        const bool opened = co_await open(on);
        if (!opened) {
            co_return no_answer;
        }
        const auto request = request_for(body);
        http::response<http::string_body> response;
        on.stream->expires_after(settings_.timeout);
        const auto [unwritten, written] = co_await http::async_write(*on.stream, request, reports);
        if (!unwritten) {
            const auto [unread, read] =
                co_await http::async_read(*on.stream, on.buffer, response, reports);
            if (!unread) {
                if (!response.keep_alive()) {
                    on.stream.reset();
                }
                co_return static_cast<int>(response.result_int());
            }
        }
        on.stream.reset();
        co_return no_answer;
    }

    std::span<const post> posts_;
    const courier_settings& settings_;
    const std::function<void(const tally&)>& progress_;
    steady::time_point started_;
    asio::io_context context_{1};
    tcp::resolver::results_type where_;
    std::vector<std::vector<std::size_t>> queues_;
    delivered done_;
};

}  // namespace

std::optional<webhook_url> parse_webhook_url(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (!text.starts_with(scheme)) {
        return std::nullopt;
    }
    text.remove_prefix(scheme.size());
    webhook_url url;
    const auto slash = text.find('/');
    if (slash != std::string_view::npos) {
        url.path = text.substr(slash);
        text = text.substr(0, slash);
    }
    const auto bracket = text.find(']');
    const auto colon = text.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port) {
        url.port = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    if (bracket != std::string_view::npos && text.starts_with('[')) {
        text = text.substr(1, bracket - 1);
    }
    url.host = text;
    const bool number = !url.port.empty() && url.port.size() <= 5 &&
                        url.port.find_first_not_of("0123456789") == std::string::npos;
    const bool printable = std::ranges::all_of(url.path + url.host, [](unsigned char letter) {
        return letter > ' ' && letter < 127;
    });
    return url.host.empty() || !number || !printable ? std::nullopt : std::optional(url);
}

delivered deliver(
    std::span<const post> posts,
    const courier_settings& settings,
    const std::function<void(const tally&)>& progress
) {
    return run(posts, settings, progress).until_done();
}

}  // namespace billhook::simulator
