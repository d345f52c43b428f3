// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/fakes/raw_socket.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace faultline::fakes {

/// A server of blocking sockets for integration tests: each connection runs the handler on a
/// thread of its own. The handler returns to close the connection.
///
///   FakeUpstream upstream([](RawSocket& socket) {
///     while (socket.read_until("\r\n\r\n").end == ReadResult::End::Enough) {
///       if (!socket.send("HTTP/1.1 204 No Content\r\n\r\n")) return;
///     }
///   });
///
/// The destructor stops accepting, ends the open connections and joins.
class FakeUpstream {
 public:
  using Handler = std::function<void(RawSocket&)>;

  explicit FakeUpstream(Handler handler);
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  [[nodiscard]] HostPort address() const { return listener_.address(); }
  /// Connections taken so far.
  [[nodiscard]] size_t connections() const noexcept { return connections_.load(); }

 private:
  void accept_all();
  void serve(size_t index, RawSocket socket);

  Handler handler_;
  RawListener listener_;
  std::atomic<size_t> connections_{0};
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;           // guards threads_ and open_fds_
  std::vector<int> open_fds_;  // by connection; -1 once it has ended
  std::vector<std::thread> threads_;
  std::thread accepter_;
};

/// A handler that answers every HTTP/1.1 request head with `response` (raw bytes), for requests
/// without a body.
[[nodiscard]] FakeUpstream::Handler answer_each_head_with(std::string response);

}  // namespace faultline::fakes
