// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/base/uri.h"

#include <utility>

namespace faultline::io {

/// A bound TCP socket that one loop will accept from. Bound on any thread and handed to the loop's,
/// so that a group of loops listens as a whole or not at all. Closes what nobody took.
class ListenSocket {
 public:
  /// AddressInUse, PermissionDenied or InvalidArgument name the address in their message.
  /// `reuse_port` (SO_REUSEPORT) lets several sockets of this user share it.
  [[nodiscard]] static Result<ListenSocket> bind(const HostPort& address, bool reuse_port = true);
  ListenSocket(ListenSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), address_(std::move(other.address_)) {}
  ListenSocket& operator=(ListenSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(address_, other.address_);
    return *this;
  }
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;
  ~ListenSocket();

  /// From here on clients connect, and wait for Loop::listen().
  [[nodiscard]] Status listen();
  /// The real port, also when 0 was asked for.
  [[nodiscard]] const HostPort& address() const noexcept { return address_; }
  /// The caller closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

 private:
  ListenSocket(int fd, HostPort address) : fd_(fd), address_(std::move(address)) {}

  int fd_;
  HostPort address_;
};

}  // namespace faultline::io
