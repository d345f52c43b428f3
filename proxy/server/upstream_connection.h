// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/scheduler.h"
#include "proxy/base/uri.h"
#include "proxy/http/h1_codec.h"
#include "proxy/io/stream.h"

#include <memory>
#include <utility>

namespace faultline::server {

/// What an exchange hears from its upstream connection. Calls come on the worker, never from
/// inside a call of the user on the same connection.
class UpstreamUser {
 public:
  virtual ~UpstreamUser() = default;
  virtual void on_upstream_head(http::ResponseHead&& head) = 0;
  virtual void on_upstream_body(http::BodyPart part) = 0;
  virtual void on_upstream_message_end() = 0;
  /// All events of one readiness were delivered.
  virtual void on_upstream_turn_end() = 0;
  /// The connection cannot be used any more: it failed (`error`), spoke malformed HTTP
  /// (`rejection`), or ended before the response did (neither). The last call.
  virtual void on_upstream_lost(const Error* error, const http::Rejection* rejection) = 0;
  virtual void on_upstream_drained() = 0;
};

class UpstreamConnection;

/// Who holds a connection between exchanges: the pool.
class IdleOwner {
 public:
  virtual ~IdleOwner() = default;
  /// The idle connection ended, or `spoke` unasked. The owner disposes of it.
  virtual void on_idle_lost(UpstreamConnection& connection, bool spoke) = 0;
};

/// One connection to the system under test with its response parser. Owned by the pool while it
/// is idle, by one exchange while in use; lives on one worker. Not movable: the stream keeps its
/// address.
class UpstreamConnection final : public io::StreamEvents,
                                 private http::MessageEvents<http::ResponseHead> {
 public:
  UpstreamConnection(std::unique_ptr<io::Stream> stream, buffer::BlockPool& blocks,
                     Scheduler& scheduler);
  ~UpstreamConnection() override;
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  /// Begins an exchange. The connection must be reusable.
  void attach(UpstreamUser& user, bool is_head_request, bool is_upgrade_request);
  /// Ends it. Events stop; what the exchange held back is its own business, not the next one's.
  void detach() noexcept;

  void write(buffer::Chain&& bytes) { stream_->write(std::move(bytes)); }
  void pause(io::PauseReason reason) noexcept { stream_->pause(reason); }
  void resume(io::PauseReason reason) noexcept { stream_->resume(reason); }
  [[nodiscard]] bool is_above_high_watermark() const noexcept {
    return stream_->is_above_high_watermark();
  }
  /// After 101: the bytes that came behind its head, and whether FIN came behind them.
  [[nodiscard]] buffer::Chain take_rest() { return parser_.take_rest(); }
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  /// Gives the stream to a tunnel and destroys the rest after the loop turn.
  [[nodiscard]] static std::unique_ptr<io::Stream> release_stream(
      std::unique_ptr<UpstreamConnection> connection);

  /// No error, no unread or unasked-for byte, nothing queued: fit for another exchange.
  [[nodiscard]] bool is_reusable() const noexcept;
  /// Served another exchange before, and not a byte of this one's answer came: when it ends now,
  /// the origin most likely closed it while it was idle.
  [[nodiscard]] bool is_stale() const noexcept { return exchanges_ > 1 && !has_spoken_; }
  /// Bytes lie behind the answer that nobody asked for.
  [[nodiscard]] bool has_surplus() const noexcept { return parser_.has_rest(); }
  /// Who hears of the end of the connection while no exchange has it; null: nobody.
  void set_idle_owner(IdleOwner* owner) noexcept { idle_owner_ = owner; }

  /// Fields that the parser left out of what was forwarded, since the last call.
  [[nodiscard]] uint64_t take_stripped_fields() noexcept {
    const uint64_t before = std::exchange(stripped_fields_, parser_.stripped_fields());
    return stripped_fields_ - before;
  }

  /// Gives up the connection: closes (or resets) the stream and destroys both after the loop
  /// turn.
  static void dispose(std::unique_ptr<UpstreamConnection> connection, bool reset = false);
  /// The same behind what is queued: FIN, or RST with `reset`.
  static void wind_up(std::unique_ptr<UpstreamConnection> connection, bool reset);

  /// Where it leads, for the pool.
  void set_address(HostPort address) { address_ = std::move(address); }
  [[nodiscard]] const HostPort& address() const noexcept { return address_; }
  void set_idle_since(MonoTime time) noexcept { idle_since_ = time; }
  [[nodiscard]] MonoTime idle_since() const noexcept { return idle_since_; }

  // io::StreamEvents
  void on_data(buffer::Slice bytes) override;
  void on_data_end() override;
  void on_end() override;
  void on_drained() override;
  void on_closed(const Error* error) override;

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_body(http::BodyPart part) override;
  void on_message_end(const http::Fields& trailers) override;
  void lose(const Error* error, const http::Rejection* rejection);

  Scheduler& scheduler_;
  std::unique_ptr<io::Stream> stream_;
  http::H1ResponseParser parser_;
  UpstreamUser* user_ = nullptr;
  IdleOwner* idle_owner_ = nullptr;
  HostPort address_;
  MonoTime idle_since_{};
  uint64_t exchanges_ = 0;
  uint64_t stripped_fields_ = 0;  // told so far
  bool is_lost_ = false;
  bool is_closed_ = false;
  bool is_upgraded_ = false;  // 101 came: what follows is not HTTP
  bool has_ended_ = false;    // FIN came
  bool has_unsolicited_ = false;
  bool has_spoken_ = false;  // since attach()
};

}  // namespace faultline::server
