// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/ledger.h"
#include "tests/sim/sim_peer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline::sim {

/// A client of the TCP listener that sends bytes only it would send, expects them back, then FIN.
class TcpClientActor final : private PeerEvents {
 public:
  struct Habits {
    size_t bytes = 1000;
    size_t piece = 65536;
    Duration rest{};
    bool resets = false;  // in place of FIN, as soon as all is sent
    ReadPace pace;
  };
  TcpClientActor(SimReactor& reactor, Ledger& ledger, uint64_t connection,
                 std::shared_ptr<SimLink> link, const Habits& habits);

  void freeze() { is_frozen_ = true; }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

 private:
  // PeerEvents
  void on_bytes(std::string_view bytes) override;
  void on_fin() override { end(false); }
  void on_reset() override { end(true); }

  void send_piece();
  void end(bool is_reset);

  SimReactor& reactor_;
  Ledger& ledger_;
  uint64_t connection_;
  Habits habits_;
  size_t sent_ = 0;
  size_t received_ = 0;
  bool is_frozen_ = false;
  bool is_over_ = false;
  TimerHandle timer_;
  SimPeer peer_;
};

/// A server that sends back what it gets, and FIN for FIN.
class EchoActor final : private PeerEvents {
 public:
  EchoActor(SimReactor& reactor, std::shared_ptr<SimLink> link, ReadPace pace)
      : peer_(reactor, std::move(link), *this, pace) {}

  void freeze() { is_frozen_ = true; }

 private:
  // PeerEvents
  void on_bytes(std::string_view bytes) override {
    if (!is_frozen_) peer_.send(bytes);
  }
  void on_fin() override {
    if (!is_frozen_) peer_.shutdown();
  }
  void on_reset() override {}

  bool is_frozen_ = false;
  SimPeer peer_;
};

}  // namespace faultline::sim
