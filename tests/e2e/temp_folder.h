// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <string_view>

namespace faultline::e2e {

/// A folder of its own under the system's temporary folder; gone with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  /// Writes a file and returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

/// The bytes of a file. Fails the test when it cannot be read.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace faultline::e2e
