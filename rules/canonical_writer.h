// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/units.h"
#include "rules/canonical.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rules {

/// Writes the canonical form: block-style YAML, two spaces a level.
class CanonicalWriter {
 public:
  CanonicalWriter(const Config& config, CanonicalUse use) : config_(config), use_(use) {}

  void raw(std::string_view key, std::string_view value);
  void text(std::string_view key, std::string_view value) { raw(key, scalar(value)); }
  void number(std::string_view key, uint64_t value) { raw(key, fmt::format("{}", value)); }
  void duration(std::string_view key, Duration value) { raw(key, format_duration(value)); }
  void size(std::string_view key, uint64_t value) { raw(key, format_byte_size(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values);

  void open(std::string_view key) {
    begin_line();
    out_.append(key).append(":\n");
    ++depth_;
  }
  void close() { --depth_; }
  /// The next line begins an element of the list whose key is open.
  void item() { is_item_ = true; }
  void close_item() { --depth_; }

  [[nodiscard]] bool is_artifact() const { return use_ == CanonicalUse::Artifact; }
  [[nodiscard]] bool is_identity() const { return use_ == CanonicalUse::Identity; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void begin_line();
  [[nodiscard]] std::string scalar(std::string_view value) const;

  const Config& config_;
  CanonicalUse use_;
  std::string out_;
  size_t depth_ = 0;
  bool is_item_ = false;
};

/// "request" or "response".
[[nodiscard]] std::string_view side_word(Side side) noexcept;

// canonical_fault.cc
void write_fault(CanonicalWriter& out, const FaultSpec& fault);

}  // namespace faultline::rules
