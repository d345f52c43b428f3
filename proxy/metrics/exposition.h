// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/metrics/histogram.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace faultline::metrics {

enum class MetricType : uint8_t { Counter, Gauge, Histogram };

/// One label of a sample. The value comes from a list in the code or from the configuration, never
/// from the wire: a client could otherwise make time series without bound.
struct Label {
  std::string_view name;
  std::string_view value;
};
using Labels = std::initializer_list<Label>;

/// Writes the Prometheus text exposition format 0.0.4: families one after another, each with its
/// HELP and TYPE and then its samples. Names are literals of this project and not checked; help
/// texts and label values are escaped.
class Exposition {
 public:
  /// Begins a family. A name may begin once only: the format wants its samples in one group.
  void family(std::string_view name, std::string_view help, MetricType type);
  /// A sample of the family under way.
  void sample(Labels labels, uint64_t value);
  void sample(Labels labels, double value);
  /// A histogram in seconds: cumulative counts at `edges` (ascending) and at +Inf, sum and count.
  /// A value counts under an edge when its bucket lies there as a whole, so that one up to 0.79 %
  /// below the edge may count under the next; none counts under an edge that it exceeds.
  void histogram(Labels labels, const Histogram& values, std::span<const Duration> edges);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void series(std::string_view suffix, Labels labels, Label last = {});

  std::string out_;
  std::string_view name_;  // of the family under way
};

}  // namespace faultline::metrics
