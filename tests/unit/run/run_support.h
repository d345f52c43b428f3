// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/finding.h"
#include "proxy/base/hash.h"
#include "proxy/run/findings.h"
#include "proxy/run/run_folder.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::run::test {

/// A folder of its own that goes away with the object.
class TempFolder final {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

/// While it lives, no file of this process can grow beyond `bytes`: a full disk without a disk.
class FileSizeLimit final {
 public:
  explicit FileSizeLimit(uint64_t bytes);
  ~FileSizeLimit();
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  uint64_t old_limit_ = 0;
};

[[nodiscard]] std::string read_text(const std::string& path);
void write_text(const std::string& path, std::string_view text);

/// A run folder "demo" with seed 42, started 2026-11-21T09:15:04Z.
[[nodiscard]] std::unique_ptr<RunFolder> make_folder(const std::string& artifacts,
                                                     const Crypto& crypto);

[[nodiscard]] std::unique_ptr<redaction::Redactor> make_redactor(const Crypto& crypto);

/// A type mismatch at /items/*/`member` in an answer of GET /items.
[[nodiscard]] contracts::Violation make_violation(
    const std::string& member, contracts::Severity severity = contracts::Severity::Error);

/// The violation as the pipeline hands it on.
[[nodiscard]] RedactedViolation redacted(const contracts::Violation& violation,
                                         const std::string& sample = "s",
                                         const std::string& pointer = "/items/0/x");

}  // namespace faultline::run::test
