#include "tests/loads/broker_paused.hpp"

#include "ingest/webhook/signing_key.hpp"
#include "schemas/types/instant.hpp"

#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <signal.h>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace billhook::testing {

namespace {

using namespace std::chrono_literals;

constexpr int rounds = 10;  // of sending again, a second apart

void tell(pid_t process, int what) {
    if (::kill(process, what) != 0) {
        throw std::system_error(errno, std::generic_category(), "kill");
    }
}

// Stands still from the construction on for that long.
class standstill {
public:
    standstill(pid_t process, std::chrono::seconds how_long) {
        tell(process, SIGSTOP);
        timer_ = std::thread{[process, how_long] {
            std::this_thread::sleep_for(how_long);
            ::kill(process, SIGCONT);
        }};
    }
    ~standstill() { timer_.join(); }
    standstill(const standstill&) = delete;
    standstill& operator=(const standstill&) = delete;

private:
    std::thread timer_;
};

std::size_t most_memory_of(pid_t process) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string word; status >> word;) {
        std::size_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) {
            return kibibytes;
        }
    }
    throw std::system_error(ESRCH, std::generic_category(), "the gateway");
}

void append(std::vector<std::string>& to, const std::vector<std::string>& these) {
    to.insert(to.end(), these.begin(), these.end());
}

bool only_503(const honest_figures& of) {
    for (const auto& [status, count] : of.by_status) {
        if (status != 200 && status != 503) {
            return false;
        }
    }
    return of.busy_without_hint == 0;
}

void send_again(const target& to, std::vector<posted> left, pause_trial& made) {
    made.refused = left.size();
    for (int round = 0; round < rounds && !left.empty(); ++round) {
        std::this_thread::sleep_for(1s);
        auto again = post_again(to, left);
        made.served_again += again.served();
        append(made.served_later, again.served_ids);
        left = std::move(again.unserved);
    }
}

}  // namespace

bool pause_trial::holds() const {
    return only_503(before) && only_503(meanwhile) && only_503(after) && served_again == refused &&
           after.served() == after.sent;
}

pause_trial try_pause(const target& to, const pause_plan& plan) {
    pause_trial made;
    auto honest = plan.honest;
    honest.name = "before";
    made.before = post_honestly(to, honest);
    made.memory_before = most_memory_of(plan.gateway);
    {
        const standstill pause{plan.broker, plan.how_long};
        auto longer = plan.honest;
        longer.name = "meanwhile";
        longer.how_long = plan.how_long + 2s;
        made.meanwhile = post_honestly(to, longer);
    }
    auto left = std::move(made.before.unserved);
    for (posted& each : made.meanwhile.unserved) {
        left.push_back(std::move(each));
    }
    send_again(to, std::move(left), made);
    honest.name = "after";
    made.after = post_honestly(to, honest);
    made.memory_after = most_memory_of(plan.gateway);
    for (const auto* phase : {&made.before, &made.meanwhile, &made.after}) {
        append(made.served_at_once, phase->served_ids);
    }
    return made;
}

target target_at(const std::string& url, const std::string& secret_text) {
    constexpr std::string_view scheme = "http://";
    const auto path = url.find('/', scheme.size());
    const auto colon = url.rfind(':', path);
    if (!url.starts_with(scheme) || path == url.npos || colon <= scheme.size()) {
        throw std::invalid_argument("the URL is not http://ADDRESS:PORT/PATH");
    }
    const auto address = url.substr(scheme.size(), colon - scheme.size());
    const auto port = std::stoul(url.substr(colon + 1, path - colon - 1));
    const auto key = std::make_shared<signing_key>(secret{secret_text});
    return {
        {boost::asio::ip::make_address(address), static_cast<std::uint16_t>(port)},
        url.substr(path),
        [key](std::string_view body) {
            const auto now = std::chrono::system_clock::now();
            const auto t = std::to_string(
                std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()
            );
            auto text = fmt::format("t={},v1=", t);
            for (const auto byte : key->sign(t, body)) {
                text += fmt::format("{:02x}", byte);
            }
            return text;
         }
    };
}

}  // namespace billhook::testing
