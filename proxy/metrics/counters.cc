// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/counters.h"

#include <algorithm>
#include <utility>

namespace faultline::metrics {
namespace {

// Backslash, quote (in label values) and line feed are escaped.
std::string escape(std::string_view text, bool is_label_value) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\\\";
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '"' && is_label_value) {
      escaped += "\\\"";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void write_sample(std::string& out, const CounterSpec& spec, uint64_t value) {
  out += spec.name;
  if (!spec.label_name.empty()) {
    out += '{' + spec.label_name + "=\"" + escape(spec.label_value, true) + "\"}";
  }
  out += ' ' + std::to_string(value) + '\n';
}

}  // namespace

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
  std::string out;
  const std::vector<CounterSpec>& specs = table.all();
  for (size_t i = 0; i < specs.size(); ++i) {
    const auto is_same_name = [&](const CounterSpec& spec) { return spec.name == specs[i].name; };
    const auto here = specs.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(specs.begin(), here, is_same_name)) continue;
    out += "# HELP " + specs[i].name + ' ' + escape(specs[i].help, false) + '\n';
    out += "# TYPE " + specs[i].name + " counter\n";
    for (size_t j = i; j < specs.size(); ++j) {
      if (is_same_name(specs[j])) {
        write_sample(out, specs[j], counters.value({static_cast<uint32_t>(j)}));
      }
    }
  }
  return out;
}

}  // namespace faultline::metrics
