// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/folder_files.h"

#include "proxy/record/append_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace faultline::run {

namespace {

constexpr size_t kReadBytes = 256UL * 1024;

bool is_listed(const std::string& path) {
  return path != "manifest.json" && !path.ends_with(".part");
}

}  // namespace

Result<std::vector<std::string>> list_files(const std::string& folder) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator entries(folder, error);
  std::vector<std::string> paths;
  while (!error && entries != std::filesystem::recursive_directory_iterator()) {
    const auto status = entries->symlink_status(error);
    if (error) break;
    std::string path = entries->path().lexically_relative(folder).generic_string();
    if (std::filesystem::is_regular_file(status) && is_listed(path)) {
      paths.push_back(std::move(path));
    }
    entries.increment(error);
  }
  if (error) return fail(record::io_error("read", folder, error.value()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<FileDigest> digest_file(const std::string& folder, const std::string& path,
                               const Crypto& crypto) {
  const std::string full = folder + "/" + path;
  const int descriptor = ::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return fail(record::io_error("open", full, errno));
  const auto digest = crypto.sha256();
  std::string block(kReadBytes, '\0');
  FileDigest file;
  file.path = path;
  for (;;) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error_number = errno;
      ::close(descriptor);
      return fail(record::io_error("read", full, error_number));
    }
    if (count == 0) break;
    digest->update(std::string_view(block).substr(0, static_cast<size_t>(count)));
    file.bytes += static_cast<uint64_t>(count);
  }
  ::close(descriptor);
  file.sha256 = digest->finish_hex();
  return file;
}

Result<std::vector<FileDigest>> digest_files(const std::string& folder, const Crypto& crypto) {
  FL_TRY(const auto paths, list_files(folder));
  std::vector<FileDigest> files;
  files.reserve(paths.size());
  for (const auto& path : paths) {
    FL_TRY(auto file, digest_file(folder, path, crypto));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace faultline::run
