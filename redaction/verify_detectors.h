// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/validate/check.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The detectors of the second scan: the expressions of classes.def by RE2 over raw bytes, then a
/// check in code. Nothing but the table and the arithmetic of checks.h and validate/ is shared with
/// the redactor.
namespace faultline::redaction::verify {

struct DetectorHit {
  size_t begin = 0;
  std::string_view detector;  // a class id, static
};

class Detectors {
 public:
  Detectors();
  ~Detectors();
  Detectors(const Detectors&) = delete;
  Detectors& operator=(const Detectors&) = delete;

  /// False when an expression did not compile.
  [[nodiscard]] bool ok() const noexcept;

  /// Everything in the text that is not in the surrogate space.
  void scan(std::string_view text, std::vector<DetectorHit>& out) const;

  /// Class ids, sorted, each once.
  [[nodiscard]] std::vector<std::string_view> ids() const;

 private:
  struct Detector;
  struct Gate;
  struct Look {
    size_t place;
    size_t end;
    bool anchored;
  };
  void add_forms(std::vector<std::string>& fronts);
  void add_patterns(std::vector<std::string>& fronts);
  void add_contexts();
  static size_t look(const Detector& detector, std::string_view text, const Look& from,
                     std::vector<DetectorHit>& out);
  void scan_words(std::string_view text, std::vector<DetectorHit>& out) const;
  void scan_contexts(std::string_view text, std::vector<DetectorHit>& out) const;

  std::vector<Detector> detectors_;
  std::vector<size_t> whole_;       // of the detectors, those that read all of the text
  std::unique_ptr<Gate> words_;     // where a word begins like one of the table's anchors
  std::unique_ptr<Gate> contexts_;  // words that give the value behind them away
};

/// True for a check that is arithmetic enough to call a value behind a word a leak.
[[nodiscard]] bool is_proved(validate::Check check);

/// A text that every detector must find something in, one sample a line. Drawn once from the table.
[[nodiscard]] const std::string& dirty_text();

/// True for a value of the closed surrogate space, as the second scan knows it.
[[nodiscard]] bool is_closed_value(std::string_view value);

}  // namespace faultline::redaction::verify
