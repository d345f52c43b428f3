// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/fake_upstream.h"

#include <utility>

#include <sys/socket.h>

namespace faultline::fakes {

FakeUpstream::FakeUpstream(Handler handler)
    : handler_(std::move(handler)), accepter_([this] { accept_all(); }) {}

FakeUpstream::~FakeUpstream() {
  is_stopping_ = true;
  listener_.close();
  accepter_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_fds_) {
      if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
    }
  }
  // Nobody adds threads any more.
  for (auto& thread : threads_) {
    thread.join();
  }
}

void FakeUpstream::accept_all() {
  while (!is_stopping_) {
    RawSocket socket = listener_.accept();
    if (!socket.is_open()) continue;
    const std::lock_guard lock(mutex_);
    open_fds_.push_back(socket.fd());
    const size_t index = connections_++;
    threads_.emplace_back(
        [this, index, held = std::move(socket)]() mutable { serve(index, std::move(held)); });
  }
}

void FakeUpstream::serve(size_t index, RawSocket socket) {
  handler_(socket);
  const std::lock_guard lock(mutex_);
  open_fds_[index] = -1;
  socket.close();  // under the lock: the number may be used again at once
}

FakeUpstream::Handler answer_each_head_with(std::string response) {
  return [answer = std::move(response)](RawSocket& socket) {
    while (socket.read_until("\r\n\r\n").end == ReadResult::End::Enough) {
      if (!socket.send(answer)) return;
    }
  };
}

}  // namespace faultline::fakes
