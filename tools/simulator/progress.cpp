#include "tools/simulator/progress.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace billhook::simulator {

using namespace std::chrono_literals;

std::string progress_text(
    std::size_t done,
    std::size_t total,
    std::chrono::duration<double> elapsed,
    std::size_t begun_at
) {
    const double seconds = elapsed.count();
    const double rate = seconds > 0 ? static_cast<double>(done - begun_at) / seconds : 0;
    auto text = fmt::format("{} of {}, {:.0f}/s", done, total, rate);
    if (done < total && rate > 0) {
        text += fmt::format(", {:.0f} s left", static_cast<double>(total - done) / rate);
    }
    return text;
}

progress::progress(std::string label)
    : label_(std::move(label)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      started_(steady::now()),
      next_(started_ + (terminal_ ? 0s : 5s)) {}

progress::~progress() {
    if (drawn_) {
        std::fputc('\n', stderr);
    }
}

void progress::show(std::size_t done, std::size_t total, const std::string& note) {
    const auto now = steady::now();
    const bool last = done >= total;
    begun_at_ = std::min(begun_at_.value_or(done), done);
    if (now < next_ && !(last && drawn_)) {
        return;
    }
    next_ = now + (terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5'000));
    auto text = progress_text(done, total, now - started_, *begun_at_);
    if (!note.empty()) {
        text += ", " + note;
    }
    if (terminal_) {
        constexpr std::size_t width = 24;
        const auto full = total == 0 ? width : std::min(width, width * done / total);
        const auto bar = std::string(full, '#') + std::string(width - full, '.');
        fmt::print(stderr, "\r\x1b[K{} [{}] {}", label_, bar, text);
        drawn_ = true;
    } else {
        fmt::print(stderr, "{}: {}\n", label_, text);
    }
    std::fflush(stderr);
}

}  // namespace billhook::simulator
