// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/answer_check.h"
#include "tests/sim/ledger.h"
#include "tests/sim/sim_peer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::sim {

/// What a client is like.
struct ClientHabits {
  enum class Leave : uint8_t {
    AfterAnswers,  // FIN when all is answered
    HalfClose,     // FIN behind the last request, then waits for the answers
    Never,         // waits until the proxy closes
    Reset,         // RST at some moment
    Close,         // closes its socket at some moment
    Stall,         // stops sending at some byte and waits
  };
  size_t requests = 1;
  size_t depth = 1;      // requests under way at once
  size_t piece = 65536;  // bytes sent at a time
  Duration rest{};       // between pieces
  Leave leave = Leave::AfterAnswers;
  Duration leave_after{};  // Reset, Close
  uint64_t stall_at = 0;   // Stall: bytes sent before
  ReadPace pace;
};

/// One downstream HTTP connection: sends the planned requests, checks every byte that comes back.
class ClientActor final : private PeerEvents {
 public:
  ClientActor(SimReactor& reactor, Ledger& ledger, uint64_t connection,
              std::shared_ptr<SimLink> link, const ClientHabits& habits);

  void freeze() { is_frozen_ = true; }
  /// Neither side of the connection wants anything more.
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }
  [[nodiscard]] size_t passed_through() const noexcept { return check_.passed_through(); }

 private:
  // PeerEvents
  void on_bytes(std::string_view bytes) override;
  void on_fin() override;
  void on_reset() override;

  void step_later(Duration delay);
  void step();
  bool may_send();
  void send_piece();
  void excuse_all();
  void leave();
  void end(bool is_reset);

  SimReactor& reactor_;
  Ledger& ledger_;
  uint64_t connection_;
  ClientHabits habits_;
  AnswerCheck check_;
  std::vector<ExchangeRecord*> exchanges_;  // begun
  size_t sent_of_last_ = 0;                 // bytes of the last one
  uint64_t sent_ = 0;
  size_t barred_from_ = SIZE_MAX;  // requests from here on are behind the connection's end
  bool is_waiting_for_continue_ = false;
  bool is_frozen_ = false;
  bool has_left_ = false;
  bool is_over_ = false;
  TimerHandle step_timer_;
  TimerHandle leave_timer_;
  TimerHandle continue_timer_;
  SimPeer peer_;
};

}  // namespace faultline::sim
