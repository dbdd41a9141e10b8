#include "tools/commands/bench_posting.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace billhook {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using steady = std::chrono::steady_clock;

constexpr auto result_of_post = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_answer = 4096;

struct answer_head {
    std::size_t whole = 0;  // with its body
    bool keeps = false;     // the connection lives on
};

// Nothing while the header has not come whole.
std::optional<answer_head> head_of(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    if (end == answer.npos) {
        return std::nullopt;
    }
    std::string head(answer.substr(0, end));
    std::ranges::transform(head, head.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    constexpr std::string_view name = "content-length:";
    const auto at = head.find(name);
    const auto body = at == head.npos ? 0 : std::strtoul(&head[at + name.size()], nullptr, 10);
    return answer_head{end + 4 + body, head.find("connection: close") == head.npos};
}

struct exchanged {
    bool is_accepted = false;
    bool keeps = false;
};

// All coroutines of one posting. A class, since g++ 12 warns falsely of the frames of free ones.
class poster {
public:
    poster(const posting& plan, posted& into) : plan_(plan), into_(into) {}

    asio::awaitable<void> post_by_one() {
        const auto executor = co_await asio::this_coro::executor;
        tcp::socket with(executor);
        asio::steady_timer pause(executor);
        const auto end = begun_ + plan_.how_long;
        for (;;) {
            const auto number = next_++;
            const auto at = due(number);
            if (at >= end) {
                co_return;
            }
            if (at > steady::now()) {
                pause.expires_at(at);
                co_await pause.async_wait(result_of_post);
            }
            if (!with.is_open()) {
                const auto [failed] = co_await with.async_connect(plan_.to, result_of_post);
                if (failed) {
                    ++into_.refused;
                    co_return;
                }
                with.set_option(tcp::no_delay(true));
            }
            const auto& request = plan_.requests[number % plan_.requests.size()];
            exchange_times times;
            times.number = number;
            times.due = at;
            times.sent = steady::now();
            const auto came = co_await exchange(with, request);
            times.answered = steady::now();
            times.is_accepted = came.is_accepted;
            count(times);
            if (!came.keeps) {
                with.close();
            }
        }
    }

private:
    // When a post is due; the time that it is now where there is no rate.
    [[nodiscard]] steady::time_point due(std::size_t number) const {
        if (!plan_.rate) {
            return steady::now();
        }
        const std::chrono::duration<double> since(static_cast<double>(number) / *plan_.rate);
        return begun_ + std::chrono::duration_cast<steady::duration>(since);
    }

    void count(const exchange_times& times) {
        if (times.is_accepted) {
            ++into_.accepted;
            into_.took.push_back(
                std::chrono::duration_cast<std::chrono::microseconds>(times.answered - times.due)
            );
        } else {
            ++into_.refused;
        }
        if (plan_.each) {
            plan_.each(times);
        }
    }

    asio::awaitable<exchanged> exchange(tcp::socket& with, const std::string& request) {
        const auto bytes = asio::buffer(request);
        const auto [unsent, sent] = co_await asio::async_write(with, bytes, result_of_post);
        if (unsent) {
            co_return exchanged{};
        }
        std::array<char, largest_answer> answer{};
        std::size_t count = 0;
        for (;;) {
            const auto room = asio::buffer(answer.data() + count, answer.size() - count);
            const auto [failed, more] = co_await with.async_read_some(room, result_of_post);
            if (failed) {
                co_return exchanged{};
            }
            count += more;
            const std::string_view read(answer.data(), count);
            const auto head = head_of(read);
            if (head && head->whole <= count) {
                co_return exchanged{read.substr(0, 12) == "HTTP/1.1 200", head->keeps};
            }
        }
    }

    const posting& plan_;
    posted& into_;
    steady::time_point begun_ = steady::now();
    std::size_t next_ = 0;  // of all posts
};

}  // namespace

double posted::rate() const {
    return seconds.count() > 0 ? static_cast<double>(accepted) / seconds.count() : 0;
}

std::chrono::microseconds posted::quantile(std::size_t of_thousand) const {
    if (took.empty()) {
        return {};
    }
    return took[std::min(took.size() - 1, took.size() * of_thousand / 1'000)];
}

posted post_again_and_again(const posting& what) {
    asio::io_context io(1);
    posted into;
    const auto begun = steady::now();
    poster all(what, into);
    for (std::size_t i = 0; i < what.connections; ++i) {
        asio::co_spawn(io, all.post_by_one(), asio::detached);
    }
    io.run();
    into.seconds = steady::now() - begun;
    std::ranges::sort(into.took);
    return into;
}

}  // namespace billhook
