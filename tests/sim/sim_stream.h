// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/stream.h"
#include "tests/sim/sim_link.h"
#include "tests/sim/trace.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace faultline::sim {

/// The proxy's end of a simulated connection. Keeps the contract of io::Stream the way TcpStream
/// does: pauses take hold before the next read, several reads may come before on_data_end(),
/// writes that fail leave what the peer sent before to be read, events never come from inside a
/// call of the owner, on_closed() comes once and last.
class SimStream final : public io::Stream, private LinkEvents {
 public:
  /// Sees every write before it is made.
  using WriteProbe = std::function<void(const SimStream&, std::string_view first_bytes)>;

  SimStream(SimReactor& reactor, std::shared_ptr<SimLink> link, ErrorSource source, HostPort peer,
            fakes::Draws draws);
  ~SimStream() override;
  SimStream(const SimStream&) = delete;
  SimStream& operator=(const SimStream&) = delete;

  void set_write_probe(WriteProbe probe) { probe_ = std::move(probe); }
  /// Writes down what the proxy does to the connection.
  void set_trace(Trace& trace, uint64_t number) {
    trace_ = &trace;
    number_ = number;
  }
  void set_on_destroyed(std::function<void()> call) { on_destroyed_ = std::move(call); }

  [[nodiscard]] const SimLink& link() const noexcept { return *link_; }
  /// FIN of the peer was read.
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

  // io::Stream
  void set_events(io::StreamEvents& events) noexcept override { events_ = &events; }
  void start() override;
  void write(buffer::Chain&& bytes) override;
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
  [[nodiscard]] uint64_t bytes_read() const noexcept override {
    return link_->bytes_read(End::Near);
  }
  [[nodiscard]] uint64_t bytes_written() const noexcept override {
    return link_->bytes_sent(End::Near);
  }
  [[nodiscard]] uint64_t bytes_acknowledged() const noexcept override {
    return link_->bytes_arrived(End::Far);
  }
  [[nodiscard]] HostPort peer() const override { return peer_; }

 private:
  // LinkEvents
  void on_readable() override;
  void on_room() override;

  template <typename Step>
  void later(Step step);
  void wake_reader();
  void read_turn();
  /// False when the stream has ended or been paused by it.
  bool read_once();
  void deliver_data_end();
  void push_queue();
  void finish_writes();
  void on_write_error();
  void fail();
  void begin_close();
  void note(std::string_view what, uint64_t count) {
    if (trace_ != nullptr) trace_->note(what, number_, count);
  }

  SimReactor& reactor_;
  std::shared_ptr<SimLink> link_;
  ErrorSource source_;
  HostPort peer_;
  fakes::Draws draws_;
  io::StreamEvents* events_ = nullptr;
  std::shared_ptr<SimStream*> self_;  // null inside once this is destroyed: events look there
  WriteProbe probe_;
  Trace* trace_ = nullptr;
  uint64_t number_ = 0;
  std::function<void()> on_destroyed_;
  buffer::Chain queue_;
  std::optional<Error> error_;
  uint32_t pauses_ = 0;
  uint8_t pause_mask_ = 0;
  bool is_started_ = false;
  bool is_read_due_ = false;
  bool has_ended_ = false;
  bool has_data_end_due_ = false;
  bool has_flushed_due_ = false;
  bool has_write_failed_ = false;
  bool is_above_high_ = false;
  bool is_shut_down_ = false;
  bool is_closing_ = false;
};

}  // namespace faultline::sim
