// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Texts that must not be there, in every spelling they may have taken.
namespace faultline::redaction::verify {

struct CanaryHit {
  size_t begin = 0;
  std::string_view encoding;  // static
};

/// How a text may be written: as it is, escaped, in percent escapes, hex, and what base64 makes of
/// it behind any other bytes. Spellings of a few characters are left out.
struct Spelling {
  std::string text;
  std::string_view encoding;  // static
};
[[nodiscard]] std::vector<Spelling> spellings_of(std::string_view text);

class Canaries {
 public:
  explicit Canaries(const std::vector<std::string>& texts);

  /// How many are looked for: empty ones are not.
  [[nodiscard]] size_t size() const noexcept { return count_; }

  void scan(std::string_view text, std::vector<CanaryHit>& out) const;

 private:
  struct Needle {
    std::string text;
    std::string_view encoding;
  };
  void add(std::vector<Needle>& needles, std::string text, std::string_view encoding);

  size_t count_ = 0;
  std::vector<Needle> folded_;  // lower case, compared with the text in lower case
  std::vector<Needle> exact_;
};

}  // namespace faultline::redaction::verify
