// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/filter.h"
#include "proxy/io/stream.h"
#include "rules/config.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace faultline::server {

/// Two streams joined byte for byte: TCP listeners and upgraded connections. FIN goes on as FIN,
/// RST as RST, a full side pauses the other. Byte stages sit between when faults ask for them.
/// Owned by a session, on its worker. `on_done` comes once, when both streams have closed.
class Relay final {
 public:
  Relay(Scheduler& scheduler, Duration idle_timeout, std::function<void()> on_done);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// The streams and what arrived on them before. Reading begins (or goes on) at once.
  void join(std::unique_ptr<io::Stream> downstream, std::unique_ptr<io::Stream> upstream);
  /// Bytes that came before join(), to be sent in that direction first.
  void send(rules::Side direction, buffer::Chain&& bytes, bool end);
  /// Puts `stage` nearest to the source of a direction. Its sink must be the entry() of before.
  void add_stage(rules::Side direction, std::unique_ptr<filters::ByteStage> stage);
  /// Where bytes of a direction enter now: the stage added last, or the other stream.
  [[nodiscard]] filters::ByteStage::Sink entry(rules::Side direction);
  /// Reading from the source of a direction stops and goes on.
  void pause_source(rules::Side direction);
  void resume_source(rules::Side direction);
  /// Ends both sides at once; what is queued is lost.
  void end(filters::EndKind kind);
  /// Ends both sides behind what is queued. What stages hold and what still comes is lost.
  void wind_up(filters::EndKind kind);
  [[nodiscard]] bool is_done() const noexcept { return open_streams_ == 0; }
  [[nodiscard]] bool was_cut() const noexcept { return was_cut_; }

 private:
  class Endpoint;
  struct Direction {
    std::vector<std::unique_ptr<filters::ByteStage>> stages;
    bool is_ended = false;  // the source sent FIN
    bool is_paused = true;  // the source, for a full target or stage; or it may come so
    [[nodiscard]] size_t held() const noexcept;
  };
  [[nodiscard]] Endpoint& source(rules::Side direction) noexcept;
  [[nodiscard]] Endpoint& target(rules::Side direction) noexcept;
  [[nodiscard]] Direction& direction(rules::Side side) noexcept {
    return directions_[side == rules::Side::Request ? 0 : 1];
  }
  /// What a stage lets go.
  void deliver(rules::Side direction, buffer::Chain&& bytes, bool end);
  void pass_on(rules::Side direction, buffer::Chain&& bytes, bool end);
  void wind_up(Endpoint& endpoint);
  void apply_back_pressure(rules::Side direction);
  void on_stream_closed(Endpoint& endpoint, const Error* error);
  void on_flushed(Endpoint& endpoint);
  /// Both FINs are out: nothing more can come.
  void close_when_ended();
  void arm_idle_timer();

  Scheduler& scheduler_;
  Duration idle_timeout_;
  std::function<void()> on_done_;
  std::unique_ptr<Endpoint> downstream_;
  std::unique_ptr<Endpoint> upstream_;
  std::array<Direction, 2> directions_;
  MonoTime last_activity_{};
  TimerHandle idle_timer_;
  std::optional<filters::EndKind> winding_up_;
  TimerHandle linger_timer_;
  int open_streams_ = 0;
  bool was_cut_ = false;
};

}  // namespace faultline::server
