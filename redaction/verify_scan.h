// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/verify_canaries.h"
#include "redaction/verify_detectors.h"
#include "redaction/verify_layers.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::verify {

struct Hit {
  size_t begin = 0;
  std::string_view detector;
  std::string_view encoding;  // outermost layer: "raw", "escaped", "percent", "base64", "hex"
};

/// Detectors and canaries over a text and over what is encoded in it.
class Scanner {
 public:
  explicit Scanner(const std::vector<std::string>& canaries) : canaries_(canaries) {}

  [[nodiscard]] size_t canaries() const noexcept { return canaries_.size(); }

  /// `cut_front`: the text may begin in the middle of something. Hits are sorted by place; one
  /// detector reports a place once.
  void scan(std::string_view text, bool cut_front, std::vector<Hit>& out) const;

  /// Plants a sample of every class, plain and encoded, in a text of its own, and is true when
  /// this scanner finds them all.
  [[nodiscard]] bool passes_negative_control() const;

 private:
  struct Where {
    std::string_view encoding;
    unsigned depth;
  };
  void scan_layer(std::string_view text, const Where& where, bool cut_front,
                  std::vector<Hit>& out) const;
  void scan_inner(const Layer& layer, std::string_view encoding, const Where& outer,
                  std::vector<Hit>& out) const;

  Detectors detectors_;
  Canaries canaries_;
};

}  // namespace faultline::redaction::verify
