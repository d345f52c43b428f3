// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/ledger.h"
#include "tests/sim/sim_peer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::sim {

/// One connection of the HTTP server behind the proxy: checks that every request comes as its plan
/// says, one at a time and once, and does what the plan tells it to.
class ServerActor final : private PeerEvents {
 public:
  ServerActor(SimReactor& reactor, Ledger& ledger, uint64_t link_number,
              std::shared_ptr<SimLink> link, ReadPace pace, fakes::Draws draws);

  /// Falls silent: no more reading, no more writing.
  void freeze() { is_frozen_ = true; }

 private:
  // PeerEvents
  void on_bytes(std::string_view bytes) override;
  void on_fin() override;
  void on_reset() override;

  /// Compares what came with the plan; begins and ends requests.
  void advance();
  bool begin_request();
  void answer_later();
  void answer_piece();
  void do_deed();
  [[nodiscard]] std::string_view answer_to_send() const;
  void set_trouble();
  void become_unfit();

  SimReactor& reactor_;
  Ledger& ledger_;
  uint64_t number_;
  fakes::Draws draws_;
  std::string received_;               // of the current request
  ExchangeRecord* current_ = nullptr;  // being read or answered
  size_t checked_ = 0;                 // bytes of it that are as planned
  std::string to_send_;
  uint64_t bytes_sent_ = 0;
  bool is_read_whole_ = false;
  bool was_continue_sent_ = false;
  bool is_answering_ = false;
  bool is_answered_ = false;
  bool is_done_ = false;  // closed its side
  bool is_frozen_ = false;
  TimerHandle timer_;
  SimPeer peer_;
};

}  // namespace faultline::sim
