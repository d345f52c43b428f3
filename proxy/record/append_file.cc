// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/append_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace faultline::record {

namespace {

ErrorCode code_of(int error_number) noexcept {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // a size limit of the process: no more room, whoever set it
      return ErrorCode::DiskFull;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::PermissionDenied;
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::NotFound;
    case EEXIST:
      return ErrorCode::AlreadyExists;
    default:
      return ErrorCode::IoFailed;
  }
}

Result<int> open_file(const std::string& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return fail(io_error("open", path, errno));
  return descriptor;
}

}  // namespace

Error io_error(std::string_view verb, std::string_view path, int error_number) {
  std::string message = "cannot ";
  message.append(verb).append(" ").append(path).append(": ");
  message += std::generic_category().message(error_number);
  return Error::make(code_of(error_number), std::move(message));
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      size_bytes_(other.size_bytes_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    path_ = std::move(other.path_);
    size_bytes_ = other.size_bytes_;
  }
  return *this;
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<AppendFile> AppendFile::create(std::string path) {
  FL_TRY(const int descriptor,
         open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW));
  return AppendFile(descriptor, std::move(path), 0);
}

Result<AppendFile> AppendFile::open_existing(std::string path) {
  FL_TRY(const int descriptor, open_file(path, O_WRONLY | O_APPEND));
  struct stat info{};
  if (::fstat(descriptor, &info) != 0) {
    const int error_number = errno;
    ::close(descriptor);
    return fail(io_error("open", path, error_number));
  }
  return AppendFile(descriptor, std::move(path), static_cast<uint64_t>(info.st_size));
}

Status AppendFile::write(std::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count >= 0) {
      done += static_cast<size_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    const int error_number = errno;
    // Half a batch would read as a torn line. When even this fails, the reader names the tear.
    if (done > 0) static_cast<void>(::ftruncate(descriptor_, static_cast<off_t>(size_bytes_)) == 0);
    return fail(io_error("write", path_, error_number));
  }
  size_bytes_ += bytes.size();
  return {};
}

Status AppendFile::sync() {
  // A device (a terminal, /dev/null) has nothing to wait for and says so.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
    return fail(io_error("write", path_, errno));
  }
  return {};
}

Status AppendFile::close() {
  if (descriptor_ < 0) return {};
  // Not repeated on EINTR: Linux has closed the descriptor then.
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) {
    return fail(io_error("write", path_, errno));
  }
  return {};
}

Result<std::string> read_file(const std::string& path, uint64_t bytes_max) {
  FL_TRY(const int descriptor, open_file(path, O_RDONLY));
  std::string text;
  std::string block(64UL * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error_number = errno;
      ::close(descriptor);
      return fail(io_error("read", path, error_number));
    }
    if (count == 0) break;
    text.append(block, 0, static_cast<size_t>(count));
    if (text.size() > bytes_max) {
      ::close(descriptor);
      return fail(ErrorCode::LimitExceeded,
                  "cannot read " + path + ": larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
  ::close(descriptor);
  return text;
}

}  // namespace faultline::record
