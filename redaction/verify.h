// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/base/result.h"
#include "redaction/verify_echo.h"
#include "redaction/verify_planted.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// One thing the second scan found in an artefact. Never the value: its class, its place, and a
/// keyed tag that lets two places be compared within one proof.
struct Leak {
  std::string file;  // relative to the folder
  uint64_t offset = 0;
  std::string detector;  // class id, or "canary"
  std::string encoding;  // "raw", "base64", "percent"
};

/// What the scan did: the content of redaction-proof.json.
struct Proof {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t canaries = 0;             // how many texts were looked for
  bool negative_control_ok = false;  // the scanner found what was planted in a text of its own
  bool has_echo = false;             // replaced values were looked for
  uint64_t echo_values = 0;          // how many
  uint64_t echo_left_out = 0;        // beyond what is remembered
  PlantedReport planted;             // what became of secrets that were planted in every position
  /// Hits of classes that the policy lets stand, or shows a part of: no leaks, but not hidden.
  std::map<std::string, uint64_t> open_hits;
  std::vector<Leak> leaks;  // in order of file and offset; at most 1000 kept
  uint64_t leak_count = 0;
  [[nodiscard]] bool is_clean() const noexcept {
    return leak_count == 0 && negative_control_ok && planted.survived.empty();
  }
};

struct VerifyOptions {
  std::vector<std::string> canaries;      // in any spelling
  std::vector<std::string> skip;          // files, by path relative to the folder
  std::vector<std::string> open_classes;  // what the policy lets stand
  const EchoBook* echo = nullptr;         // null: what was replaced is not known here
};

/// Scans every file of a folder with detectors that share no code with the Redactor's structure
/// (plain RE2 per class over raw bytes and decoded variants); any hit outside the surrogate space
/// is a leak. Canaries are searched raw, in base64 (three phases), percent-encoded, hex and
/// JSON-escaped, replaced values in the same spellings. IoFailed when a file cannot be read.
[[nodiscard]] Result<Proof> verify_folder(const std::string& folder, const VerifyOptions& options);
[[nodiscard]] Result<Proof> verify_folder(const std::string& folder,
                                          const std::vector<std::string>& canaries,
                                          const std::vector<std::string>& skip = {});

/// The proof as JSON (redaction-proof.json).
[[nodiscard]] std::string proof_json(const Proof& proof);

}  // namespace faultline::redaction
