// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/trace_context.h"
#include "proxy/http/forwarding.h"
#include "proxy/server/exchange_faults.h"
#include "proxy/server/exchange_half.h"
#include "proxy/server/worker_context.h"

#include <memory>
#include <optional>
#include <string_view>

namespace faultline::server {

/// What an exchange needs from the downstream connection it belongs to.
class ExchangeOwner {
 public:
  virtual ~ExchangeOwner() = default;
  [[nodiscard]] virtual io::Stream& downstream() noexcept = 0;
  /// The client's address without port.
  [[nodiscard]] virtual const std::string& client() = 0;
  /// The exchange is over. It is destroyed later in this turn of the loop, not inside the call.
  virtual void on_exchange_complete() = 0;
  /// 101 went to the client: the connection becomes a tunnel.
  virtual void on_exchange_upgraded() = 0;
  [[nodiscard]] virtual std::shared_ptr<filters::RateLimiter> connection_limiter(
      const rules::RuleConfig& rule, uint64_t bytes_per_second) = 0;
};

/// What follows an exchange on its downstream connection.
enum class AfterExchange : uint8_t {
  KeepAlive,
  Close,  // FIN after what is queued
  Abort,  // the answer was cut or never came: the same, and FIN tells the client
  Reset,
  FlushReset,  // RST after what is queued
};

/// One HTTP request and its response. Forwards what it is given, raw bytes where nothing was
/// edited; asks the filters when a rule matched; hands the mirror a reference when it ends. Never
/// retries. Owned by its session, lives on its worker.
class HttpExchange final : public UpstreamUser, public FaultHost {
 public:
  HttpExchange(WorkerContext& worker, ExchangeOwner& owner, ExchangeId id);
  ~HttpExchange() override;
  // In memory of the worker's, which keeps some for the next exchanges.
  static void* operator new(size_t size, SpareMemory& memory) { return memory.take(size); }
  static void operator delete(void* failed, SpareMemory& memory) { memory.give_back(failed); }
  static void operator delete(HttpExchange* self, std::destroying_delete_t /*tag*/);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // From the session.
  void on_request_head(http::RequestHead&& head, MonoTime now);
  void on_request_body(http::BodyPart part);
  void on_request_end();
  /// The bytes of this readiness were all parsed: send what they made.
  void on_request_turn_end();
  void on_downstream_drained();
  /// The client is gone.
  void on_downstream_lost();
  /// The rest of the request is malformed.
  void on_request_rejected(const http::Rejection& rejection);
  /// Rules were armed and disarmed while it goes on.
  void on_rules_changed();
  /// The mirror has room again: a parked exchange begins.
  void on_mirror_room();
  /// Nothing happened for the idle time.
  void on_idle_timeout();
  /// The client keeps below listeners[].min_rate, for which the session has told it off.
  void on_slow_request();
  void on_slow_response();

  [[nodiscard]] bool is_request_complete() const noexcept { return request_.is_complete; }
  /// More of the body can come, and nobody but the client is waited for.
  [[nodiscard]] bool owes_request() const noexcept;
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }
  /// When the answer or a full side last moved; the session knows about the request itself.
  [[nodiscard]] MonoTime last_activity() const noexcept { return last_activity_; }
  /// True while a fault holds the exchange: idle time does not count then.
  [[nodiscard]] bool is_held() const noexcept;
  [[nodiscard]] AfterExchange after() const noexcept { return after_; }
  /// Once it is over.
  [[nodiscard]] MonoTime ended() const noexcept { return ended_; }
  /// After on_exchange_upgraded(): the connection that spoke 101.
  [[nodiscard]] std::unique_ptr<UpstreamConnection> take_upstream();
  /// Accounts for the exchange and sends it to the mirror. Called once, by the session.
  void finish();

  // UpstreamUser
  void on_upstream_head(http::ResponseHead&& head) override;
  void on_upstream_body(http::BodyPart part) override;
  void on_upstream_message_end() override;
  void on_upstream_turn_end() override;
  void on_upstream_lost(const Error* error, const http::Rejection* rejection) override;
  void on_upstream_drained() override;

 private:
  // FaultHost
  [[nodiscard]] RequestHalf& request_half() noexcept override { return request_; }
  [[nodiscard]] ResponseHalf& response_half() noexcept override { return response_; }
  void release(rules::Side side) override;
  void respond(http::LocalReply reply) override;
  void end(filters::EndKind kind) override;
  void set_source_paused(rules::Side side, bool paused) override;
  void send_interim(http::ResponseHead&& head) override;
  void order_copy(Duration gap) override { copy_gap_ = gap; }
  void deliver(rules::Side side, buffer::Chain&& bytes, bool end) override;
  [[nodiscard]] std::shared_ptr<filters::RateLimiter> connection_limiter(
      const rules::RuleConfig& rule, uint64_t bytes_per_second) override {
    return owner_.connection_limiter(rule, bytes_per_second);
  }

  /// Books room in the mirror; false parks the exchange until there is some.
  [[nodiscard]] bool book_mirror();
  void begin();
  void ask_rules();
  void dial();
  /// False when too many connects are under way: the client has been told.
  [[nodiscard]] bool take_pending();
  [[nodiscard]] bool is_connect_allowed() const;
  /// False when the request was refused for a name.
  [[nodiscard]] bool settle_underscores();
  /// CONNECT: the target answers, the client hears of it, the rest is a tunnel (RFC 9110 9.3.6).
  void fail_connect(const Error& error);
  void open_tunnel(std::unique_ptr<UpstreamConnection> connection);
  void on_dialled(Result<std::unique_ptr<UpstreamConnection>> connection);
  void attach_upstream(std::unique_ptr<UpstreamConnection> connection);
  void flush_request();
  void flush_response();
  void mark_response_delivered();
  /// A failure with an answer for the client, or a cut when its answer has begun.
  void fail_with(int status, std::string_view side, std::string_view reason,
                 record::Outcome outcome);
  void send_local(http::LocalReply reply, record::Outcome outcome);
  void drop_upstream(bool reset);
  void relay_interim(http::ResponseHead head);
  void send_copy();
  [[nodiscard]] bool is_gateway() const noexcept {
    return listener_.mode == rules::ListenerMode::Gateway;
  }
  [[nodiscard]] http::Forwarding forwarding() const noexcept {
    return is_gateway() ? http::Forwarding::Gateway : http::Forwarding::Transparent;
  }
  void complete(AfterExchange after, record::Outcome outcome);
  void record_stats();
  void send_to_mirror();
  /// Notes whom the request names as its parent; a gateway then names a span of its own.
  void join_trace();
  [[nodiscard]] mirror::TraceNotes trace_notes() const;
  [[nodiscard]] MonoTime now() const noexcept { return worker_.loop.clock().now(); }

  WorkerContext& worker_;
  ExchangeOwner& owner_;
  SnapshotPtr snapshot_;
  const rules::ListenerConfig& listener_;
  ExchangeId id_;
  uint32_t phase_ = 0;
  RequestHalf request_;
  ResponseHalf response_;
  std::optional<ExchangeFaults> faults_;
  std::unique_ptr<UpstreamConnection> upstream_;
  std::unique_ptr<io::Connector> connector_;
  PendingConnect pending_;
  MonoTime last_activity_{};
  MonoTime began_{};                  // request head complete
  MonoTime sent_upstream_{};          // first byte went upstream
  MonoTime answered_{};               // last byte of the answer came in, or was made here
  MonoTime upstream_ended_{};         // the upstream's answer was whole
  Duration added_{};                  // what faultline itself cost, once it is over
  MonoTime ended_{};                  // the answer was given to the stream, or given up
  std::optional<Duration> copy_gap_;  // a fault wants a second copy of the request sent
  uint32_t interim_count_ = 0;
  int upstream_status_ = 0;                  // of the answer, where a fault might change it
  std::optional<TraceParent> trace_parent_;  // where traces are written
  bool has_begun_ = false;                   // rules were asked, faults may act
  bool is_parked_ = false;                   // waits for room in the mirror
  bool is_booked_ = false;                   // has room in the mirror
  bool is_interim_ = false;                  // inside an informational response
  bool is_continue_sent_ = false;            // 100 went to the client
  bool is_inside_answer_turn_ = false;       // the final head came in this turn of the upstream
  bool has_answer_begun_ = false;            // bytes of the final answer went to the client
  bool is_local_answer_ = false;
  bool is_upgraded_ = false;
  bool is_over_ = false;
  record::Outcome outcome_ = record::Outcome::Completed;
  AfterExchange after_ = AfterExchange::KeepAlive;
};

}  // namespace faultline::server
