// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/counters.h"

#include "proxy/metrics/exposition.h"

#include <algorithm>
#include <utility>

namespace faultline::metrics {
CounterId CounterTable::add(CounterSpec spec) {
  const auto found = std::find_if(specs_.begin(), specs_.end(), [&spec](const CounterSpec& known) {
    return known.name == spec.name && known.label_name == spec.label_name &&
           known.label_value == spec.label_value;
  });
  const CounterId id{static_cast<uint32_t>(found - specs_.begin())};
  if (found == specs_.end()) specs_.push_back(std::move(spec));
  return id;
}

void Counters::merge(const Counters& other) {
  FL_ASSERT(values_.size() == other.values_.size());
  for (size_t i = 0; i < values_.size(); ++i) values_[i] += other.values_[i];
}

std::string prometheus_text(const CounterTable& table, const Counters& counters) {
  Exposition out;
  const std::vector<CounterSpec>& specs = table.all();
  for (size_t i = 0; i < specs.size(); ++i) {
    const auto is_same_name = [&](const CounterSpec& spec) { return spec.name == specs[i].name; };
    const auto here = specs.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(specs.begin(), here, is_same_name)) continue;
    out.family(specs[i].name, specs[i].help, MetricType::Counter);
    for (size_t j = i; j < specs.size(); ++j) {
      if (!is_same_name(specs[j])) continue;
      const uint64_t value = counters.value({static_cast<uint32_t>(j)});
      if (specs[j].label_name.empty()) {
        out.sample({}, value);
      } else {
        out.sample({{specs[j].label_name, specs[j].label_value}}, value);
      }
    }
  }
  return out.take();
}

}  // namespace faultline::metrics
