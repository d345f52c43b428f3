// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::control::testing {

using LabelSet = std::map<std::string, std::string>;

/// A metric family as a reader of the text format 0.0.4 sees it.
struct Family {
  std::string help;
  std::string type;
  /// By the name of the series (with _bucket, _sum, _count) and its labels.
  std::map<std::pair<std::string, LabelSet>, double> samples;
};

/// What a strict reader makes of a page, written from the format's description and knowing
/// nothing of the writer. `problems` is empty when the page is well formed: HELP and TYPE once and
/// before the samples, families in one piece, legal names and escapes, no series twice,
/// histograms cumulative and consistent.
struct Page {
  std::map<std::string, Family> families;
  std::vector<std::string> problems;

  /// The value of a series; fails loudly (NaN) when it is missing.
  [[nodiscard]] double value(const std::string& series, const LabelSet& labels = {}) const;
};

[[nodiscard]] Page parse_page(std::string_view text);

}  // namespace faultline::control::testing
