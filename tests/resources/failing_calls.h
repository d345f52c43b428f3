// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::resources {

/// While it lives, calls of the C library in this program, libuv's included, are answered by the
/// test. One at a time; set up before the threads that call. What is not set goes to the real one.
class FailingCalls final {
 public:
  FailingCalls();
  ~FailingCalls();
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;

  /// What getaddrinfo() says of a name.
  struct Lookup {
    int error = 0;  // EAI_*; then there are no addresses
    std::vector<std::string> addresses{};
  };
  /// Called on the threads that look names up; may wait.
  void on_lookup(std::function<Lookup(std::string_view name)> answer);

  /// socket() of this family fails with EAFNOSUPPORT, as on a kernel without it.
  void without_family(int family);

  /// The next socket that listens on another IPv4 port than this can not be watched: epoll_ctl()
  /// fails with ENOSPC, as over fs.epoll.max_user_watches.
  void refuse_a_listener(uint16_t but_not);
};

}  // namespace faultline::resources
