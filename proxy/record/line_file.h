// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::record {

/// A file of lines, each written whole or counted as lost. Holds up to limits::kJournalBufferBytes;
/// a crash costs what was held and leaves at most one torn last line. Not thread-safe.
class LineFile final {
 public:
  explicit LineFile(AppendFile file) : file_(std::move(file)) {}
  /// Writes what is held; an error there is lost, so call close().
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// `line` has no line end. DiskFull, IoFailed. The first failure sticks: later calls return it
  /// and count as lost.
  [[nodiscard]] Status append(std::string_view line);
  /// Writes what is held and waits for the disk.
  [[nodiscard]] Status close();

  /// Lines in the file, and lines that append() was given and the file lacks.
  [[nodiscard]] uint64_t written() const noexcept { return written_; }
  [[nodiscard]] uint64_t lost() const noexcept { return lost_; }

 private:
  [[nodiscard]] Status flush();

  AppendFile file_;
  std::string buffer_;
  uint64_t buffered_ = 0;  // lines in buffer_
  uint64_t written_ = 0;
  uint64_t lost_ = 0;
  std::optional<Error> failure_;
};

}  // namespace faultline::record
