// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/base/uri.h"
#include "proxy/buffer/chain.h"

#include <cstddef>
#include <cstdint>

namespace faultline::io {

/// Why a stream does not read. Reads run only while no reason is set.
enum class PauseReason : uint8_t {
  PeerFull = 1,  // the other side's queue is above its high watermark
  FilterHold = 2,
  Throttle = 4,
  TeeFull = 8,
  Drain = 16,
  Pipeline = 32,  // a further request waits for the current answer
};

/// What happens on a stream. Called on the loop's thread, never from inside a call of the owner
/// on the same stream.
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  /// Bytes in order of arrival. The slice may be kept.
  virtual void on_data(buffer::Slice bytes) = 0;
  /// All data events of one readiness were delivered: the moment to flush what they caused.
  virtual void on_data_end() {}
  /// The peer sent FIN. Writing is still possible (half-close).
  virtual void on_end() = 0;
  /// The queue fell to the low watermark after it was above the high one.
  virtual void on_drained() {}
  /// Everything queued was handed to the kernel (only after request_flushed_event()).
  virtual void on_flushed() {}
  /// The last event, exactly once: after close() or reset(), or on its own when the connection
  /// failed (then `error` says how). The stream may be destroyed from here on, not inside.
  virtual void on_closed(const Error* error) = 0;
};

/// A bidirectional stream of bytes: TCP, later TLS over it, and a simulated one in tests. Owned
/// by one session on one worker. Not movable: the loop keeps its address. Hold it by unique_ptr,
/// destroy it through defer_delete() after on_closed().
class Stream {
 public:
  virtual ~Stream() = default;
  /// Must be set before the first event; borrowed; may be changed between events.
  virtual void set_events(StreamEvents& events) noexcept = 0;
  /// Begins to read. Called once.
  virtual void start() = 0;

  /// Tries to write at once, queues the rest.
  virtual void write(buffer::Chain&& bytes) = 0;
  [[nodiscard]] virtual size_t queued_bytes() const noexcept = 0;
  [[nodiscard]] virtual bool is_above_high_watermark() const noexcept = 0;
  virtual void request_flushed_event() = 0;

  virtual void pause(PauseReason reason) noexcept = 0;
  virtual void resume(PauseReason reason) noexcept = 0;
  [[nodiscard]] virtual bool is_paused() const noexcept = 0;
  /// How often reading was paused so far; tells whether it was between two looks.
  [[nodiscard]] virtual uint32_t pauses() const noexcept = 0;

  /// FIN after the queued bytes.
  virtual void shutdown() = 0;
  /// Closes at once; queued bytes are lost. Ends in on_closed(nullptr).
  virtual void close() = 0;
  /// RST (SO_LINGER 0). Ends in on_closed(nullptr).
  virtual void reset() = 0;

  /// Total bytes in each direction, for accounting.
  [[nodiscard]] virtual uint64_t bytes_read() const noexcept = 0;
  [[nodiscard]] virtual uint64_t bytes_written() const noexcept = 0;
  /// How many of the bytes written the peer's machine has taken, as far as this one knows. A system
  /// call; never falls while the connection lives.
  [[nodiscard]] virtual uint64_t bytes_acknowledged() const noexcept = 0;
  [[nodiscard]] virtual HostPort peer() const = 0;
};

}  // namespace faultline::io
