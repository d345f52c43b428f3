// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/recording_origin.h"

#include "proxy/base/assert.h"
#include "proxy/base/text.h"
#include "tests/fakes/wire_message.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::fakes {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kLastAnswer =
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

bool ends_connection(std::string_view request) {
  const std::string_view head = request.substr(0, request.find("\r\n\r\n") + 2);
  const std::string connection = to_lower(field_in(head, "connection").value_or(""));
  if (connection.find("close") != std::string::npos) return true;
  const bool is_http10 = head.substr(0, head.find("\r\n")).ends_with("HTTP/1.0");
  return is_http10 && connection.find("keep-alive") == std::string::npos;
}

}  // namespace

RecordingOrigin::RecordingOrigin() : wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  FL_ASSERT(wake_fd_ >= 0 && ::fcntl(listener_.fd(), F_SETFL, O_NONBLOCK) == 0);
  thread_ = std::thread([this] { run(); });
}

RecordingOrigin::~RecordingOrigin() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake();
  thread_.join();
  for (const auto& [fd, pending] : open_) ::close(fd);
  ::close(wake_fd_);
}

void RecordingOrigin::wake() {
  const uint64_t one = 1;
  FL_ASSERT(::write(wake_fd_, &one, sizeof(one)) == ssize_t{sizeof(one)});
}

RecordingOrigin::Seen RecordingOrigin::settle() {
  std::unique_lock lock(mutex_);
  const auto wait = [&](auto is_done) {
    return passed_.wait_for(lock, std::chrono::seconds(10), is_done);
  };
  // Twice: a pass that was under way when this began may have missed something.
  bool is_settled = true;
  for (int i = 0; i < 2; ++i) {
    const uint64_t before = passes_;
    wake();
    is_settled = is_settled && wait([&] { return passes_ > before; });
  }
  is_settled = is_settled && wait([&] {
                 return std::all_of(open_.begin(), open_.end(),
                                    [](const auto& c) { return c.second.empty(); });
               });
  Seen seen = std::exchange(seen_, Seen());
  seen.is_settled = is_settled;
  return seen;
}

void RecordingOrigin::run() {
  while (true) {
    std::vector<pollfd> fds{{wake_fd_, POLLIN, 0}, {listener_.fd(), POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) return;
      for (const auto& [fd, pending] : open_) fds.push_back({fd, POLLIN, 0});
    }
    ::poll(fds.data(), fds.size(), -1);
    const std::lock_guard lock(mutex_);
    uint64_t asked = 0;
    static_cast<void>(::read(wake_fd_, &asked, sizeof(asked)));
    if (fds[1].revents != 0) accept_all();
    for (size_t i = 2; i < fds.size(); ++i) {
      if (fds[i].revents != 0) read_from(fds[i].fd);
    }
    ++passes_;
    passed_.notify_all();
  }
}

void RecordingOrigin::accept_all() {
  while (true) {
    const int fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    open_[fd];
    read_from(fd);
  }
}

void RecordingOrigin::read_from(int fd) {
  std::string& pending = open_[fd];
  std::array<char, 65536> part;
  while (true) {
    const ssize_t got = ::recv(fd, part.data(), part.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      end(fd);
      return;
    }
    pending.append(part.data(), static_cast<size_t>(got));
    if (!answer_complete(fd, pending)) {
      end(fd);
      return;
    }
  }
}

bool RecordingOrigin::answer_complete(int fd, std::string& pending) {
  while (!pending.empty()) {
    const size_t length = request_length(pending);
    if (length == kIncomplete) return true;
    const std::string message = pending.substr(0, length);
    pending.erase(0, length);
    const bool is_last = ends_connection(message);
    seen_.messages.push_back(message);
    const std::string_view answer = is_last ? kLastAnswer : kAnswer;
    if (::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0 || is_last) return false;
  }
  return true;
}

void RecordingOrigin::end(int fd) {
  seen_.fragments += open_[fd];
  open_.erase(fd);
  ::close(fd);
}

}  // namespace faultline::fakes
