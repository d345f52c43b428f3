// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"

#include <cstddef>
#include <string>

namespace faultline::record {

/// A file that is read from front to back; `-` is standard input. Owns its descriptor.
class InputFile final {
 public:
  /// NotFound, PermissionDenied and IoFailed name the path.
  [[nodiscard]] static Result<InputFile> open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  /// Up to `size` bytes; 0 at the end.
  [[nodiscard]] Result<size_t> read(char* to, size_t size);

 private:
  InputFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace faultline::record
