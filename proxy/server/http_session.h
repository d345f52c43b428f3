// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/h1_codec.h"
#include "proxy/server/client_rate.h"
#include "proxy/server/http_exchange.h"
#include "proxy/server/relay.h"
#include "proxy/server/session.h"
#include "proxy/server/worker_context.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace faultline::server {

/// One downstream HTTP/1.x connection: parses requests one after another, gives each to an
/// exchange, keeps the order of pipelined ones, becomes a tunnel after 101. Owned by its worker.
class HttpSession final : public Session,
                          public io::StreamEvents,
                          private http::MessageEvents<http::RequestHead>,
                          public ExchangeOwner {
 public:
  HttpSession(WorkerContext& worker, SessionOwner& owner, uint32_t listener, uint64_t ordinal,
              Accepted accepted);
  ~HttpSession() override;
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  // Session
  void start() override;
  void drain() override;
  void abort() override;
  void on_rules_changed() override;
  void on_mirror_room() override;

  // io::StreamEvents
  void on_data(buffer::Slice bytes) override;
  void on_data_end() override;
  void on_end() override;
  void on_drained() override;
  void on_flushed() override;
  void on_closed(const Error* error) override;

 private:
  /// Where the connection stands.
  enum class State : uint8_t {
    Idle,        // between exchanges: parsing, or waiting for a head
    Exchanging,  // one exchange is under way
    Lingering,   // the last answer went out: what comes is dropped
    Tunnel,
    Closed,
  };

  // http::MessageEvents
  void on_head(http::RequestHead&& head) override;
  void on_body(http::BodyPart part) override;
  void on_message_end(const http::Fields& trailers) override;

  // ExchangeOwner
  [[nodiscard]] io::Stream& downstream() noexcept override { return *stream_; }
  [[nodiscard]] const std::string& client() override;
  void on_exchange_complete() override;
  void on_exchange_upgraded() override { is_upgrade_due_ = true; }
  [[nodiscard]] std::shared_ptr<filters::RateLimiter> connection_limiter(
      const rules::RuleConfig& rule, uint64_t bytes_per_second) override;

  void handle(http::FeedState state);
  void count_stripped_trailers();
  /// Parses what is waiting until an exchange is under way or nothing is left.
  void advance();
  void reject(const http::Rejection& rejection);
  void schedule_reap();
  /// The end of an exchange or of the connection, outside of all callbacks.
  void reap();
  void after_exchange(AfterExchange after, MonoTime ended);
  void start_tunnel();
  void linger();
  /// Closes an idle connection soon, unless a request comes.
  void close_after_grace();
  void set_deadline(Duration from_now);
  void set_deadline(Duration from_now, MonoTime now);
  void cancel_deadline();
  void on_deadline();
  /// Looks at the client's rate from now on, until it owes nothing.
  void watch_rate();
  void look_at_rate();
  void cut_slow_client(ClientRate::Verdict verdict);

  WorkerContext& worker_;
  SessionOwner& owner_;
  uint32_t listener_;
  uint64_t ordinal_;
  rules::TimeoutConfig timeouts_;
  std::unique_ptr<io::Stream> stream_;
  Accepted accepted_;   // until start()
  std::string client_;  // address without port; empty until somebody asks
  http::H1RequestParser parser_;
  std::unique_ptr<HttpExchange> exchange_;
  std::unique_ptr<Relay> relay_;
  buffer::Chain waiting_;             // bytes behind the current request
  std::unique_ptr<ClientRate> rate_;  // where min_rate is set, until the connection is a tunnel
  std::map<std::string, std::shared_ptr<filters::RateLimiter>> limiters_;
  uint64_t next_exchange_ = 0;
  uint64_t stripped_trailers_ = 0;  // counted so far
  uint64_t lingered_from_ = 0;      // bytes written when the last wait of a lingering began
  State state_ = State::Idle;
  MonoTime deadline_{};
  MonoTime timer_due_{};  // when deadline_timer_ looks; 0: it is not set
  TimerHandle deadline_timer_;
  bool resets_after_flush_ = false;  // while lingering
  bool is_parser_stopped_ = false;   // at the end of a message
  bool is_reap_scheduled_ = false;
  bool is_upgrade_due_ = false;
  bool is_in_grace_ = false;       // closes soon, unless a request comes
  bool has_client_ended_ = false;  // FIN came
  bool is_closed_ = false;         // the stream has said its last word
};

}  // namespace faultline::server
