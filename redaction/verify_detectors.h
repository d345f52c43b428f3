// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The detectors of the second scan: one RE2 per class over raw bytes, then a check in
/// code.
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
  struct Look {
    size_t place;
    bool anchored;
  };
  static size_t look(const Detector& detector, std::string_view text, const Look& from,
                     std::vector<DetectorHit>& out);

  std::vector<Detector> detectors_;  // the last one finds the fronts of those that have one
};

/// A text that every detector must find something in, one sample a line.
[[nodiscard]] std::string dirty_text();

/// True for a value of the closed surrogate space, as the second scan knows it.
[[nodiscard]] bool is_closed_value(std::string_view value);

}  // namespace faultline::redaction::verify
