#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace billhook {

// Numbers of one series. Copies speak of the same series; they live no longer than their `metrics`.
// Any thread; lock-free.
class counter {
public:
    explicit counter(prometheus::Counter& of) : of_(&of) {}
    void add(double amount = 1) const;  // not negative
    [[nodiscard]] double value() const;

private:
    prometheus::Counter* of_;
};

class gauge {
public:
    explicit gauge(prometheus::Gauge& of) : of_(&of) {}
    void set(double value) const;
    void add(double amount) const;
    [[nodiscard]] double value() const;

private:
    prometheus::Gauge* of_;
};

class histogram {
public:
    explicit histogram(prometheus::Histogram& of) : of_(&of) {}
    void observe(double value) const;

private:
    prometheus::Histogram* of_;
};

// A process's metrics. main builds one; a process's struct draws its members from it:
//   struct worker_metrics {
//       explicit worker_metrics(metrics& in);
//       counter records;  // in.add_counter("billhook_worker_records_total", "records consumed")
//   };
// Label values are ids of ours, numbers or words; never a payload's text, and bounded in number
// (no event ids, no organizations). The same name and labels again give the same series.
class metrics {
public:
    using labels = std::vector<std::pair<std::string, std::string>>;

    metrics();
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    [[nodiscard]] counter add_counter(
        const std::string& name,
        const std::string& help,
        const labels& with = {}
    );
    [[nodiscard]] gauge add_gauge(
        const std::string& name,
        const std::string& help,
        const labels& with = {}
    );
    // `bounds` rise; the last bucket, up to infinity, is added.
    [[nodiscard]] histogram add_histogram(
        const std::string& name,
        const std::string& help,
        const std::vector<double>& bounds,
        const labels& with = {}
    );

    // All of it in Prometheus' text format 0.0.4; any thread.
    [[nodiscard]] std::string exposition() const;
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

private:
    std::unique_ptr<prometheus::Registry> registry_;
};

// Seconds from 0.5 ms to 30 s, for latencies.
[[nodiscard]] std::vector<double> latency_bounds_seconds();

}  // namespace billhook
