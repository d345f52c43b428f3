// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/fakes/raw_socket.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace faultline::fakes {

/// Asks the kernel (sock_diag) what the other end of a loopback connection has taken. With it a
/// test can send two pieces so that they are two reads, without sleeping and without a hook in
/// the program that reads; the program may be any, in any process of this network namespace.
///
/// SIOCOUTQ does not say that: it falls to zero when the peer's kernel has the bytes.
/// One thread at a time. IPv4.
class PeerQueue {
 public:
  PeerQueue();
  ~PeerQueue();
  PeerQueue(const PeerQueue&) = delete;
  PeerQueue& operator=(const PeerQueue&) = delete;

  /// Waits until the peer's program has read all that was sent, or its end of the connection is
  /// gone. False when 10 s have passed.
  [[nodiscard]] bool wait_until_read(const RawSocket& socket);

  /// Sends `bytes` cut at the given positions (ascending), each piece a read of its own. Stops
  /// when the peer is gone. False only when the peer does not read.
  [[nodiscard]] bool send_in_pieces(RawSocket& socket, std::string_view bytes,
                                    const std::vector<size_t>& cuts);

 private:
  enum class State { Unread, Read, Gone };
  [[nodiscard]] State state_of(const RawSocket& socket) const;

  int fd_ = -1;
};

}  // namespace faultline::fakes
