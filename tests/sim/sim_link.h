// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/fakes/draws.h"
#include "tests/sim/sim_reactor.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::sim {

/// How the network treats one connection.
struct LinkShape {
  Duration latency_min = std::chrono::microseconds(20);
  Duration latency_max = std::chrono::milliseconds(2);
  size_t capacity = 64UL * 1024;  // what each direction takes before a writer must wait
  size_t read_max = 16UL * 1024;  // the most that one read gives
  uint64_t tiny_percent = 10;     // reads and writes of a few bytes only
};

/// The side of the proxy is Near, that of the client or the server Far.
enum class End : uint8_t { Near, Far };
[[nodiscard]] constexpr End other(End end) noexcept {
  return end == End::Near ? End::Far : End::Near;
}

/// What an end hears. Never called from inside a call to the link.
class LinkEvents {
 public:
  virtual ~LinkEvents() = default;
  /// Bytes, FIN or RST are there.
  virtual void on_readable() = 0;
  /// A write that was cut short may go on.
  virtual void on_room() = 0;
};

/// One simulated TCP connection: what each end wrote travels in order, takes its time and waits in
/// bounded buffers until the other end reads it. Ends go in all ways that TCP knows: FIN, RST, a
/// close that turns into RST because something was not read, bytes that meet a closed end.
class SimLink final : public std::enable_shared_from_this<SimLink> {
 public:
  SimLink(SimReactor& reactor, const LinkShape& shape, fakes::Draws draws);

  /// Null: the end is gone and hears nothing.
  void set_events(End end, LinkEvents* events) noexcept { ends_[index(end)].events = events; }

  /// Takes what there is room for, at times less; then on_room() follows.
  size_t offer(End from, std::string_view bytes);
  /// FIN behind what was taken.
  void finish(End from);
  /// The end closes its socket: FIN, or RST when it left something unread.
  void abandon(End from);
  /// RST.
  void break_off(End from);

  /// What `at` may read now, at most one read's worth by the shape.
  [[nodiscard]] std::string_view next_read(End at);
  void consume(End at, size_t bytes);
  [[nodiscard]] bool has_bytes(End at) const noexcept;
  /// FIN came and all before it was read.
  [[nodiscard]] bool is_at_end(End at) const noexcept;
  /// RST came.
  [[nodiscard]] bool is_broken(End at) const noexcept { return ends_[index(at)].is_broken; }
  /// Bytes read at that end.
  [[nodiscard]] uint64_t bytes_read(End at) const noexcept { return way_to(at).bytes_read; }
  /// Bytes that came there, read or not.
  [[nodiscard]] uint64_t bytes_arrived(End at) const noexcept {
    return way_to(at).bytes_taken - way_to(at).in_flight;
  }
  /// Bytes taken from that end.
  [[nodiscard]] uint64_t bytes_sent(End from) const noexcept {
    return way_to(other(from)).bytes_taken;
  }
  [[nodiscard]] bool is_writable(End from) const noexcept;

 private:
  struct EndState {
    LinkEvents* events = nullptr;
    bool is_gone = false;    // abandoned or broken off by itself
    bool is_broken = false;  // RST of the other end came
  };
  struct Way {  // to one end
    std::string arrived;
    size_t read_at = 0;
    size_t in_flight = 0;
    int64_t last_arrival = 0;
    uint64_t bytes_taken = 0;
    uint64_t bytes_read = 0;
    bool is_fin_sent = false;
    bool has_fin = false;
    bool is_writer_waiting = false;
    [[nodiscard]] size_t unread() const noexcept { return arrived.size() - read_at; }
  };
  static constexpr size_t index(End end) noexcept { return end == End::Near ? 0 : 1; }
  [[nodiscard]] Way& way_to(End end) noexcept { return ways_[index(end)]; }
  [[nodiscard]] const Way& way_to(End end) const noexcept { return ways_[index(end)]; }
  /// Runs `call` at `end` after the latency, behind all that is on its way there.
  template <typename Call>
  void travel(End end, Call call);
  void arrive(End end, std::string bytes);
  void wake_reader(End end);
  void wake_writer(End from);

  SimReactor& reactor_;
  LinkShape shape_;
  fakes::Draws draws_;
  std::array<EndState, 2> ends_;
  std::array<Way, 2> ways_;
};

}  // namespace faultline::sim
