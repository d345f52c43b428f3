// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/unit/control/exposition_parser.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <set>

namespace faultline::control::testing {
namespace {

bool is_name(std::string_view name, bool may_have_colon) {
  if (name.empty() || is_ascii_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [may_have_colon](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || (may_have_colon && c == ':');
  });
}

std::optional<double> number(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool is_whole = !text.empty() && end == text.c_str() + text.size();
  return is_whole ? std::optional(value) : std::nullopt;
}

// The family of a series: its name, or without the suffix of a histogram.
std::string family_name(const Page& page, const std::string& series) {
  for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
    if (!series.ends_with(suffix)) continue;
    const std::string base = series.substr(0, series.size() - suffix.size());
    const auto found = page.families.find(base);
    if (found != page.families.end() && found->second.type == "histogram") return base;
  }
  return series;
}

class Reader {
 public:
  Page read(std::string_view text) {
    if (!text.ends_with('\n')) complain("the last line has no end", text);
    for (const std::string_view line : split(text, '\n')) {
      if (line.empty()) continue;
      line.starts_with("# ") ? read_comment(line) : read_sample(line);
    }
    for (const auto& [name, family] : page_.families) {
      if (family.type == "histogram") check_histogram(name, family);
    }
    return std::move(page_);
  }

 private:
  void complain(std::string_view what, std::string_view line) {
    page_.problems.push_back(std::string(what) + ": " + std::string(line));
  }

  void read_comment(std::string_view line) {
    const bool is_help = line.starts_with("# HELP ");
    if (!is_help && !line.starts_with("# TYPE ")) return complain("unknown comment", line);
    const std::string_view rest = line.substr(7);
    const size_t space = std::min(rest.find(' '), rest.size());
    const std::string name(rest.substr(0, space));
    const std::string text(rest.substr(std::min(space + 1, rest.size())));
    if (!is_name(name, true)) complain("bad name", line);
    if (name != current_ && page_.families.contains(name)) complain("family in two pieces", line);
    current_ = name;
    Family& family = page_.families[name];
    std::string& slot = is_help ? family.help : family.type;
    if (!slot.empty()) complain("said twice", line);
    if (!family.samples.empty()) complain("behind its samples", line);
    slot = text;
    static const std::set<std::string> kTypes{"counter", "gauge", "histogram"};
    if (!is_help && !kTypes.contains(text)) complain("unknown type", line);
  }

  // Takes `name="value"` from the front of `rest`.
  bool read_label(std::string_view& rest, LabelSet& labels) {
    const size_t equals = rest.find("=\"");
    if (equals == std::string_view::npos) return false;
    const std::string name(rest.substr(0, equals));
    rest.remove_prefix(equals + 2);
    std::string value;
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\') {
        rest.remove_prefix(1);
        if (rest.empty() ||
            std::string_view("\\\"n").find(rest.front()) == std::string_view::npos) {
          return false;
        }
        value += rest.front() == 'n' ? '\n' : rest.front();
      } else {
        value += rest.front();
      }
      rest.remove_prefix(1);
    }
    if (rest.empty() || !is_name(name, false)) return false;
    rest.remove_prefix(1);
    return labels.emplace(name, value).second;
  }

  void read_sample(std::string_view line) {
    const size_t name_end = std::min(line.find_first_of("{ "), line.size());
    const std::string series(line.substr(0, name_end));
    std::string_view rest = line.substr(name_end);
    LabelSet labels;
    if (rest.starts_with('{')) {
      do {
        rest.remove_prefix(1);
        if (!read_label(rest, labels)) return complain("bad label", line);
      } while (rest.starts_with(','));
      if (!rest.starts_with('}')) return complain("labels do not end", line);
      rest.remove_prefix(1);
    }
    const auto value = rest.starts_with(' ') ? number(std::string(rest.substr(1))) : std::nullopt;
    if (!value) return complain("bad value", line);
    const std::string name = family_name(page_, series);
    if (name != current_) return complain("outside of its family", line);
    Family& family = page_.families[name];
    if (family.help.empty() || family.type.empty()) complain("without HELP or TYPE", line);
    if (family.type == "counter" && !name.ends_with("_total")) complain("counter's name", line);
    if (!family.samples.emplace(std::pair(series, labels), *value).second) {
      complain("series twice", line);
    }
  }

  void check_histogram(const std::string& name, const Family& family) {
    std::map<LabelSet, std::map<double, double>> buckets;  // without le: by edge
    for (const auto& [key, value] : family.samples) {
      if (key.first != name + "_bucket") continue;
      LabelSet labels = key.second;
      const auto edge = number(labels["le"]);
      labels.erase("le");
      if (!edge) complain("bad edge", name);
      buckets[labels][edge.value_or(0)] = value;
    }
    for (const auto& [labels, counts] : buckets) {
      double before = 0;
      for (const auto& [edge, count] : counts) {
        if (count < before) complain("not cumulative", name);
        before = count;
      }
      const bool has_end = std::isinf(counts.rbegin()->first);
      if (!has_end || page_.value(name + "_count", labels) != before) complain("count", name);
      if (std::isnan(page_.value(name + "_sum", labels))) complain("no sum", name);
    }
  }

  Page page_;
  std::string current_;
};

}  // namespace

double Page::value(const std::string& series, const LabelSet& labels) const {
  const auto family = families.find(family_name(*this, series));
  if (family == families.end()) return std::numeric_limits<double>::quiet_NaN();
  const auto sample = family->second.samples.find({series, labels});
  return sample == family->second.samples.end() ? std::numeric_limits<double>::quiet_NaN()
                                                : sample->second;
}

Page parse_page(std::string_view text) { return Reader().read(text); }

}  // namespace faultline::control::testing
