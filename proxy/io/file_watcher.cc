// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/base/hash.h"
#include "proxy/base/limits.h"
#include "proxy/io/handle_owner.h"

#include <uv.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace faultline::io {
namespace {

constexpr Duration kQuietTime = std::chrono::milliseconds(200);
constexpr Duration kPollInterval = std::chrono::seconds(2);

// What tells two states of a file apart without reading it.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileStamp{info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim),
                   nanoseconds(info.st_ctim)};
}

// The hash of the file, or nothing when it cannot be read (between the steps of a rename it may
// be gone). A file above the limit is known by its front: no loader takes it anyway.
std::optional<uint64_t> hash_of(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  std::string content;
  std::array<char, 16384> part;
  ssize_t count = 1;
  while (count > 0 && content.size() <= limits::kConfigBytes) {
    count = ::read(fd, part.data(), part.size());
    if (count > 0) content.append(part.data(), static_cast<size_t>(count));
  }
  ::close(fd);
  if (count < 0) return std::nullopt;
  return hash64(content);
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Reads synchronously: a few milliseconds at most, and only ever on the control loop.
class UvFileWatcher final : public FileWatcher, private HandleOwnerOf<UvFileWatcher> {
 public:
  UvFileWatcher(Loop& loop, std::string path, std::function<void()> on_change)
      : HandleOwnerOf(loop.impl()),
        timers_(loop),
        path_(std::move(path)),
        directory_(directory_of(path_)),
        on_change_(std::move(on_change)),
        stamp_(stamp_of(path_)),
        hash_(hash_of(path_)) {
    FL_ASSERT(uv_fs_event_init(loop.impl().uv, &handle_) == 0);
    adopt_handle(reinterpret_cast<uv_handle_t*>(&handle_));
    watch_directory();
    poll_later();
  }
  ~UvFileWatcher() override = default;
  static void operator delete(UvFileWatcher* self, std::destroying_delete_t /*tag*/) {
    self->release();
  }

 private:
  friend HandleOwnerOf;

  void before_close() override {
    quiet_timer_.cancel();
    poll_timer_.cancel();
  }

  // Without a watch (no such directory, no inotify instance left) the poll is all there is.
  void watch_directory() {
    watched_ = stamp_of(directory_);
    uv_fs_event_start(
        &handle_, [](uv_fs_event_t* handle, const char*, int, int) { of(handle->data).on_event(); },
        directory_.c_str(), 0);
  }

  void on_event() {
    quiet_timer_ = timers_.call_after(kQuietTime, [this] { compare(); });
  }

  void poll_later() {
    poll_timer_ = timers_.call_after(kPollInterval, [this] {
      poll_later();
      poll();
    });
  }

  void poll() {
    // A directory that was replaced is watched under its old identity.
    const auto present = stamp_of(directory_);
    const bool is_same = present && watched_ && present->inode == watched_->inode &&
                         present->device == watched_->device;
    if (!is_same) {
      uv_fs_event_stop(&handle_);
      watch_directory();
    }
    if (stamp_of(path_) != stamp_) compare();
  }

  void compare() {
    const auto stamp = stamp_of(path_);
    const auto hash = hash_of(path_);
    if (!stamp || !hash) return;  // gone for now: what was read last stays the truth
    stamp_ = stamp;
    if (hash == hash_) return;
    hash_ = hash;
    on_change_();
  }

  uv_fs_event_t handle_;
  Scheduler& timers_;
  std::string path_;
  std::string directory_;
  std::function<void()> on_change_;
  std::optional<FileStamp> stamp_;    // of the file when it was compared
  std::optional<FileStamp> watched_;  // of the directory when the watch began
  std::optional<uint64_t> hash_;
  TimerHandle quiet_timer_;
  TimerHandle poll_timer_;
};

}  // namespace

std::unique_ptr<FileWatcher> Loop::watch_file(std::string path, std::function<void()> on_change) {
  FL_DASSERT(impl_->is_on_owner_thread());
  return std::unique_ptr<FileWatcher>(
      new UvFileWatcher(*this, std::move(path), std::move(on_change)));
}

}  // namespace faultline::io
