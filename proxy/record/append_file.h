// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::record {

/// The Error of a failed call of the operating system: DiskFull for a full disk or quota,
/// PermissionDenied, NotFound, AlreadyExists, otherwise IoFailed. The message names the path:
/// "cannot write runs/x/events.jsonl: No space left on device".
[[nodiscard]] Error io_error(std::string_view verb, std::string_view path, int error_number);

/// One file that only grows, unbuffered. Closes itself on destruction. Not thread-safe.
class AppendFile final {
 public:
  AppendFile() = default;
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  /// Makes a file that must not exist yet; symbolic links are not followed.
  [[nodiscard]] static Result<AppendFile> create(std::string path);
  /// Opens a file or device that exists.
  [[nodiscard]] static Result<AppendFile> open_existing(std::string path);

  /// All of it or an error. After an error the file is cut back to its length before the call,
  /// so a failed write never leaves half a line.
  [[nodiscard]] Status write(std::string_view bytes);
  /// Waits until the disk has it.
  [[nodiscard]] Status sync();
  [[nodiscard]] Status close();

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] uint64_t size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  AppendFile(int descriptor, std::string path, uint64_t size_bytes)
      : descriptor_(descriptor), path_(std::move(path)), size_bytes_(size_bytes) {}
  int descriptor_ = -1;
  std::string path_;
  uint64_t size_bytes_ = 0;
};

/// Reads a whole regular file of at most `bytes_max` (LimitExceeded beyond).
[[nodiscard]] Result<std::string> read_file(const std::string& path, uint64_t bytes_max);

}  // namespace faultline::record
