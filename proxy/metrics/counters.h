// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::metrics {

/// Names one counter of a CounterTable.
struct CounterId {
  uint32_t index = 0;
};

/// What a counter is called. A label tells counters of one name apart; its values come from lists
/// in the code or the configuration, never from the wire.
struct CounterSpec {
  std::string name;  // "faultline_requests_rejected_total"
  std::string help;  // one sentence, the same for all counters of the name
  std::string label_name;
  std::string label_value;
};

/// The counters there are, in order of registration. Filled at start-up, then shared unchanged by
/// every thread.
class CounterTable {
 public:
  /// Registering a name and label a second time gives the first id.
  CounterId add(CounterSpec spec);
  [[nodiscard]] const std::vector<CounterSpec>& all() const noexcept { return specs_; }
  [[nodiscard]] size_t size() const noexcept { return specs_.size(); }

 private:
  std::vector<CounterSpec> specs_;
};

/// The values of one worker: plain integers, touched by its thread only. Another thread gets a
/// copy by message and merges it.
class Counters {
 public:
  /// `table` must not grow afterwards.
  explicit Counters(const CounterTable& table) : values_(table.size(), 0) {}

  void add(CounterId id, uint64_t count = 1) noexcept {
    FL_DASSERT(id.index < values_.size());
    values_[id.index] += count;
  }
  [[nodiscard]] uint64_t value(CounterId id) const noexcept {
    FL_DASSERT(id.index < values_.size());
    return values_[id.index];
  }
  /// Adds every value of `other`, which belongs to the same table.
  void merge(const Counters& other);

 private:
  std::vector<uint64_t> values_;
};

/// The Prometheus text format (0.0.4): HELP and TYPE once for each name, in order of registration.
[[nodiscard]] std::string prometheus_text(const CounterTable& table, const Counters& counters);

}  // namespace faultline::metrics
