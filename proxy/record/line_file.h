// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "proxy/record/line_buffer.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace faultline::record {

/// A file of lines, each written whole or counted as lost. Holds them back until there is a buffer
/// full; a crash costs what was held and leaves at most one torn last line. Not thread-safe.
class LineFile final {
 public:
  struct Options {
    uint64_t buffer_bytes = limits::kJournalBufferBytes;
    /// The file in which to go on when the one at hand would grow beyond `file_bytes_max`. Without
    /// it there is one file, however large.
    std::function<Result<AppendFile>()> next_file{};
    uint64_t file_bytes_max = 0;
  };
  explicit LineFile(AppendFile file);
  LineFile(AppendFile file, Options options);
  /// Writes what is held; an error there is lost, so call close().
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// `line` has no line end. DiskFull, IoFailed. The first failure sticks: later calls return it
  /// and count as lost.
  [[nodiscard]] Status append(std::string_view line);
  /// The same for a line that is put together in place: the caller appends its parts to line(),
  /// and ends it.
  [[nodiscard]] LineBuffer& line() noexcept { return buffer_; }
  [[nodiscard]] Status end_line();
  /// Writes what is held.
  [[nodiscard]] Status flush();
  /// flush(), and waits for the disk.
  [[nodiscard]] Status close();

  /// Lines in the files, and lines that were given and the files lack.
  [[nodiscard]] uint64_t written() const noexcept { return written_; }
  [[nodiscard]] uint64_t lost() const noexcept { return lost_; }

 private:
  [[nodiscard]] Status write_out();

  AppendFile file_;
  const Options options_;
  LineBuffer buffer_;
  uint64_t buffered_ = 0;  // lines in buffer_
  uint64_t written_ = 0;
  uint64_t lost_ = 0;
  std::optional<Error> failure_;
};

}  // namespace faultline::record
