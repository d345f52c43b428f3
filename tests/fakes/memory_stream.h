// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/base/scheduler.h"
#include "proxy/io/stream.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::fakes {

/// One end of a connection in memory. Behaves as TCP does towards its owner: bytes arrive in
/// pieces that the test chooses, events come at the end of a turn and never from inside a call,
/// queues have the watermarks of the real thing, half-close and reset are kept.
///
///   auto [client, server] = make_memory_streams(scheduler, pool);
///   server->set_segments({1, 2, 3});            // how the bytes for `server` arrive
///   client->write(...); scheduler.run_soon();   // server's events have seen on_data()
///
/// Both ends belong to one scheduler and may be destroyed in any order, at any time.
class MemoryStream final : public io::Stream {
 public:
  MemoryStream(Scheduler& scheduler, buffer::BlockPool& pool, ErrorSource source);
  ~MemoryStream() override;
  MemoryStream(const MemoryStream&) = delete;
  MemoryStream& operator=(const MemoryStream&) = delete;

  /// Sizes of the reads this end sees, used in turn, over and over. None: as it was written.
  void set_segments(std::vector<size_t> sizes) { segments_ = std::move(sizes); }
  /// What the kernel holds for this end before the peer's writes queue up.
  void set_receive_capacity(size_t bytes) { receive_capacity_ = bytes; }
  /// The connection breaks: this end sees on_closed() with that error.
  void break_with(ErrorCode code);

  void set_events(io::StreamEvents& events) noexcept override { events_ = &events; }
  void start() override;
  void write(buffer::Chain&& bytes) override;
  /// The same for a text, which is copied.
  void write_text(std::string_view text);
  [[nodiscard]] size_t queued_bytes() const noexcept override { return queue_.size(); }
  [[nodiscard]] bool is_above_high_watermark() const noexcept override { return is_above_high_; }
  void request_flushed_event() override;
  void pause(io::PauseReason reason) noexcept override;
  void resume(io::PauseReason reason) noexcept override;
  [[nodiscard]] bool is_paused() const noexcept override { return pause_mask_ != 0; }
  [[nodiscard]] uint32_t pauses() const noexcept override { return pauses_; }
  void shutdown() override;
  void close() override;
  void reset() override;
  [[nodiscard]] uint64_t bytes_read() const noexcept override { return bytes_read_; }
  [[nodiscard]] uint64_t bytes_written() const noexcept override { return bytes_written_; }
  /// What the peer has read: unlike a kernel, nothing here takes bytes for it.
  [[nodiscard]] uint64_t bytes_acknowledged() const noexcept override {
    return bytes_written_ - (peer_ != nullptr ? peer_->inbox_.size() : 0);
  }
  [[nodiscard]] HostPort peer() const override { return {"192.0.2.1", 1}; }

  [[nodiscard]] bool is_closed() const noexcept { return is_closed_; }
  [[nodiscard]] bool is_shut_down() const noexcept { return is_shut_down_; }
  /// Bytes that have arrived and were not read.
  [[nodiscard]] size_t unread_bytes() const noexcept { return inbox_.size(); }

 private:
  friend std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>>
  make_memory_streams(Scheduler& scheduler, buffer::BlockPool& pool);

  void later(void (MemoryStream::*step)());
  void wake_reader();
  void read_one();
  void pump();
  void finish_writes();
  void end_connection(std::optional<Error> error, bool is_abrupt);
  void deliver_closed();
  void peer_gone(bool is_abrupt);

  Scheduler& scheduler_;
  buffer::BlockPool& pool_;
  ErrorSource source_;
  MemoryStream* peer_ = nullptr;
  io::StreamEvents* events_ = nullptr;
  std::shared_ptr<MemoryStream*> self_;  // null inside once this is destroyed
  std::vector<size_t> segments_;
  size_t next_segment_ = 0;
  size_t receive_capacity_ = 64UL * 1024;
  std::vector<size_t> arrivals_;  // sizes of what inbox_ was written in
  buffer::Chain inbox_;
  buffer::Chain queue_;
  std::optional<Error> error_;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  uint32_t pauses_ = 0;
  uint8_t pause_mask_ = 0;
  bool is_started_ = false;
  bool is_reader_due_ = false;
  bool has_fin_arrived_ = false;
  bool has_ended_ = false;
  bool has_flushed_due_ = false;
  bool is_above_high_ = false;
  bool is_shut_down_ = false;
  bool is_fin_sent_ = false;
  bool is_closing_ = false;
  bool is_closed_ = false;
};

/// The two ends of one connection. The first is the accepted end (errors of source Downstream),
/// the second the connected one (Upstream).
[[nodiscard]] std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>>
make_memory_streams(Scheduler& scheduler, buffer::BlockPool& pool);

}  // namespace faultline::fakes
