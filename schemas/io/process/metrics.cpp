#include "schemas/io/process/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace billhook {
namespace {

std::map<std::string, std::string> to_map(const metrics::labels& from) {
    return {from.begin(), from.end()};
}

}  // namespace

void counter::add(double amount) const {
    of_->Increment(amount);
}
double counter::value() const {
    return of_->Value();
}

void gauge::set(double value) const {
    of_->Set(value);
}
void gauge::add(double amount) const {
    of_->Increment(amount);
}
double gauge::value() const {
    return of_->Value();
}

void histogram::observe(double value) const {
    of_->Observe(value);
}

// Merging: asking for a family a second time, with other labels, gives the same family.
metrics::metrics()
    : registry_(std::make_unique<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)
      ) {}

metrics::~metrics() = default;

counter metrics::add_counter(const std::string& name, const std::string& help, const labels& with) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(*registry_);
    return counter{family.Add(to_map(with))};
}

gauge metrics::add_gauge(const std::string& name, const std::string& help, const labels& with) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(*registry_);
    return gauge{family.Add(to_map(with))};
}

histogram metrics::add_histogram(
    const std::string& name,
    const std::string& help,
    const std::vector<double>& bounds,
    const labels& with
) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_);
    return histogram{family.Add(to_map(with), bounds)};
}

std::string metrics::exposition() const {
    return prometheus::TextSerializer{}.Serialize(registry_->Collect());
}

std::vector<double> latency_bounds_seconds() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

}  // namespace billhook
