// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The words that the journal's writer and reader share. Private to this room.
namespace faultline::record {

/// In the order of BodyState.
inline constexpr std::array<std::string_view, 4> kBodyStateNames{"complete", "too_large", "aborted",
                                                                 "not_kept"};
/// In the order of redaction::BodyOutcome.
inline constexpr std::array<std::string_view, 3> kBodyOutcomeNames{"kept", "empty", "dropped"};

inline constexpr size_t kSegmentDigits = 6;
inline constexpr std::string_view kSegmentEnding = ".jsonl";

/// 1 -> "000001.jsonl".
[[nodiscard]] inline std::string segment_file_name(uint32_t segment) {
  std::string digits = std::to_string(segment);
  if (digits.size() < kSegmentDigits) digits.insert(0, kSegmentDigits - digits.size(), '0');
  return digits.append(kSegmentEnding);
}

}  // namespace faultline::record
