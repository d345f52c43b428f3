// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/exposition.h"

#include <fmt/core.h>

#include <chrono>

namespace faultline::metrics {
namespace {

constexpr std::string_view type_name(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Histogram:
      return "histogram";
  }
  return "untyped";
}

// Backslash and line feed are escaped everywhere, quotes in label values only.
void append_escaped(std::string& out, std::string_view text, bool is_label_value) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && is_label_value) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

void append_label(std::string& out, const Label& label, bool& is_first) {
  out += is_first ? '{' : ',';
  is_first = false;
  out.append(label.name).append("=\"");
  append_escaped(out, label.value, true);
  out += '"';
}

double seconds(uint64_t ns) { return static_cast<double>(ns) / 1e9; }

}  // namespace

void Exposition::family(std::string_view name, std::string_view help, MetricType type) {
  name_ = name;
  out_.append("# HELP ").append(name).append(" ");
  append_escaped(out_, help, false);
  out_.append("\n# TYPE ").append(name).append(" ").append(type_name(type)).append("\n");
}

void Exposition::series(std::string_view suffix, Labels labels, Label last) {
  out_.append(name_).append(suffix);
  bool is_first = true;
  for (const Label& label : labels) append_label(out_, label, is_first);
  if (!last.name.empty()) append_label(out_, last, is_first);
  if (!is_first) out_ += '}';
  out_ += ' ';
}

void Exposition::sample(Labels labels, uint64_t value) {
  series("", labels);
  out_.append(std::to_string(value)).append("\n");
}

void Exposition::sample(Labels labels, double value) {
  series("", labels);
  out_.append(fmt::format("{}\n", value));
}

void Exposition::histogram(Labels labels, const Histogram& values,
                           std::span<const Duration> edges) {
  for (const Duration edge : edges) {
    const auto ns = static_cast<uint64_t>(edge.count());
    series("_bucket", labels, {"le", fmt::format("{}", seconds(ns))});
    out_.append(std::to_string(values.count_up_to(ns))).append("\n");
  }
  series("_bucket", labels, {"le", "+Inf"});
  out_.append(std::to_string(values.count())).append("\n");
  series("_sum", labels);
  out_.append(fmt::format("{}\n", seconds(values.sum())));
  series("_count", labels);
  out_.append(std::to_string(values.count())).append("\n");
}

}  // namespace faultline::metrics
