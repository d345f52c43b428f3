// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/sim_link.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::sim {

/// What a client or server of the simulation hears of its connection.
class PeerEvents {
 public:
  virtual ~PeerEvents() = default;
  virtual void on_bytes(std::string_view bytes) = 0;
  /// FIN.
  virtual void on_fin() = 0;
  /// RST. Nothing comes after it.
  virtual void on_reset() = 0;
};

/// How fast a peer reads: `bytes` at a time with a rest of `rest` between. No bytes: never.
struct ReadPace {
  size_t bytes = 64UL * 1024;
  Duration rest{};
};

/// The far end of a simulated connection, held by a client or a server. Sends whatever it is
/// given as the network takes it, reads at its pace.
class SimPeer final : private LinkEvents {
 public:
  SimPeer(SimReactor& reactor, std::shared_ptr<SimLink> link, PeerEvents& events, ReadPace pace);
  ~SimPeer() override;
  SimPeer(const SimPeer&) = delete;
  SimPeer& operator=(const SimPeer&) = delete;

  void send(std::string_view bytes);
  /// FIN behind what was sent.
  void shutdown();
  /// Closes the socket: what was not taken by the network is lost.
  void close();
  void reset();

  [[nodiscard]] bool is_over() const noexcept { return is_over_; }
  /// All that was sent has been taken by the network.
  [[nodiscard]] bool is_flushed() const noexcept { return unsent_.empty(); }
  [[nodiscard]] uint64_t bytes_sent() const noexcept { return link_->bytes_sent(End::Far); }
  [[nodiscard]] const SimLink& link() const noexcept { return *link_; }

 private:
  void on_readable() override { read_later(Duration(0)); }
  void on_room() override { push(); }
  void read_later(Duration delay);
  void read();
  void push();

  SimReactor& reactor_;
  std::shared_ptr<SimLink> link_;
  PeerEvents& events_;
  ReadPace pace_;
  std::shared_ptr<SimPeer*> self_;  // null inside once this is destroyed
  std::string unsent_;
  bool is_read_due_ = false;
  bool is_fin_due_ = false;
  bool has_seen_fin_ = false;
  bool is_over_ = false;  // closed, reset, or broken by the other end
};

}  // namespace faultline::sim
