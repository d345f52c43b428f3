// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "filters/swap_board.h"
#include "proxy/base/event.h"
#include "proxy/io/loop.h"
#include "proxy/mirror/tee.h"
#include "proxy/server/request_copies.h"
#include "proxy/server/run_control.h"
#include "proxy/server/snapshot.h"
#include "proxy/server/spare_memory.h"
#include "proxy/server/upstream_pool.h"
#include "proxy/server/worker_stats.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::server {

/// What all workers share of all listeners.
struct ProxyShared {
  std::atomic<uint64_t> open_connections{0};
};

/// What all workers share of one listener.
struct ListenerShared {
  explicit ListenerShared(ProxyShared& all) noexcept : proxy(all) {}

  ProxyShared& proxy;
  std::atomic<uint64_t> next_connection{0};  // ordinal of the next connection
  std::atomic<uint64_t> open_connections{0};
  std::atomic<uint64_t> pending_connects{0};  // to the upstream, under way
};

/// How a connect that failed is counted. Want of descriptors or memory is the proxy's own failure:
/// nobody should look for it at the upstream.
[[nodiscard]] inline std::string_view connect_error_side(const Error& error) noexcept {
  return error.source == ErrorSource::Internal ? "proxy" : "upstream";
}
[[nodiscard]] inline std::string connect_error_reason(const Error& error) {
  return "connect_" + std::string(error_code_name(error.code));
}

/// A place among the connects under way; gives it back when it goes.
class PendingConnect {
 public:
  PendingConnect() = default;
  /// Empty when `limit` are under way already.
  [[nodiscard]] static PendingConnect take(ListenerShared& shared, uint64_t limit) noexcept {
    PendingConnect place;
    place.count_ = &shared.pending_connects;
    if (place.count_->fetch_add(1, std::memory_order_relaxed) >= limit) place.give_back();
    return place;
  }
  PendingConnect(PendingConnect&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  PendingConnect& operator=(PendingConnect&& other) noexcept {
    give_back();
    count_ = std::exchange(other.count_, nullptr);
    return *this;
  }
  PendingConnect(const PendingConnect&) = delete;
  PendingConnect& operator=(const PendingConnect&) = delete;
  ~PendingConnect() { give_back(); }
  [[nodiscard]] explicit operator bool() const noexcept { return count_ != nullptr; }

 private:
  void give_back() noexcept {
    if (auto* const count = std::exchange(count_, nullptr)) {
      count->fetch_sub(1, std::memory_order_relaxed);
    }
  }
  std::atomic<uint64_t>* count_ = nullptr;
};

/// What the sessions of one worker share. Owned by the worker, used on its thread.
struct WorkerContext {
  io::Reactor& loop;
  const RunControl& control;
  EventSink& events;
  mirror::Tee* tee = nullptr;  // null: no mirror
  uint64_t capture_bytes = limits::kCaptureBytes;
  UpstreamPool& pool;
  WorkerStats& stats;
  SnapshotPtr snapshot;  // the current one; exchanges pin the one they began with
  bool is_draining = false;
  TimerHandle mirror_sweep{};
  SpareMemory exchange_memory{};
  std::vector<ListenerShared*> listeners{};  // in configuration order
  RequestCopies copies{};
  filters::SwapBoard swaps{};
  std::vector<uint32_t> matched_rules{};  // scratch of whoever asks the rules

  /// No connection of that listener outlives its answer: the proxy drains, the listener was taken
  /// out, or memory is short.
  [[nodiscard]] bool ends_connections(uint32_t listener) const noexcept {
    return is_draining || control.pressure() != Pressure::None || snapshot->is_retired(listener);
  }
  /// True when a mirror that may drop should.
  [[nodiscard]] bool sheds_mirror() const noexcept {
    return control.pressure() != Pressure::None && tee->mode() == mirror::TeeMode::Lossy;
  }

  /// Sends an exchange to the mirror. What the analysis gives back is taken in with the next one,
  /// and when none comes, by a timer: an idle worker does not keep the last bodies in memory.
  void send_to_mirror(std::unique_ptr<mirror::CapturedExchange> exchange) {
    tee->push(std::move(exchange));
    if (!mirror_sweep.is_pending()) sweep_mirror_later();
  }

 private:
  void sweep_mirror_later() {
    mirror_sweep = loop.call_after(limits::kMirrorSweep, [this] {
      tee->collect();
      if (tee->pinned_bytes() != 0) sweep_mirror_later();
    });
  }
};

}  // namespace faultline::server
