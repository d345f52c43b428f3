// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

/// The files of a run folder and their digests. Private to this room.
namespace faultline::run {

struct FileDigest {
  std::string path;  // relative, with '/'
  uint64_t bytes = 0;
  std::string sha256;
};

/// Regular files below `folder` in order of path, without manifest.json and unfinished `.part`
/// files. Symbolic links are not followed.
[[nodiscard]] Result<std::vector<std::string>> list_files(const std::string& folder);

[[nodiscard]] Result<FileDigest> digest_file(const std::string& folder, const std::string& path,
                                             const Crypto& crypto);

[[nodiscard]] Result<std::vector<FileDigest>> digest_files(const std::string& folder,
                                                           const Crypto& crypto);

}  // namespace faultline::run
