// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/http_exchange.h"

#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "proxy/http/trace_fields.h"

#include <algorithm>
#include <utility>

namespace faultline::server {
namespace {

using io::PauseReason;
using record::Outcome;
using rules::Side;

constexpr size_t kHighWatermark = limits::kConnectionBufferBytes;

template <typename HalfType>
void push_to_stages(HalfType& half) {
  const bool has_news = !half.out.empty() || (half.is_complete && !half.is_end_staged);
  if (!has_news) return;
  half.is_end_staged = half.is_complete;
  half.stages.back()->push(std::move(half.out), half.is_complete);
}

}  // namespace

HttpExchange::HttpExchange(WorkerContext& worker, ExchangeOwner& owner, ExchangeId id)
    : worker_(worker),
      owner_(owner),
      snapshot_(worker.snapshot),
      listener_(snapshot_->config->listeners[id.listener]),
      id_(id) {
  if (worker_.tee != nullptr) {
    request_.payload_limit = worker_.capture_bytes;
    response_.payload_limit = worker_.capture_bytes;
  }
}

HttpExchange::~HttpExchange() {
  if (upstream_) drop_upstream(true);
}

void HttpExchange::operator delete(HttpExchange* self, std::destroying_delete_t /*tag*/) {
  SpareMemory& memory = self->worker_.exchange_memory;
  self->~HttpExchange();
  memory.give_back(self);
}

bool HttpExchange::is_held() const noexcept {
  if (is_parked_) return true;
  return faults_ && (request_.is_held() || response_.is_held());
}

// ---- request -------------------------------------------------------------------------------

void HttpExchange::on_request_head(http::RequestHead&& head, MonoTime now) {
  began_ = now;
  ++worker_.stats.listener(id_.listener).exchanges_started;
  request_.head = std::move(head);
  request_.has_head = true;
  // Of one that is refused, too.
  if (snapshot_->config->traces) trace_parent_ = http::find_trace_parent(request_.head.fields);
  // A filter may want the body, of which the first bytes come before the rules are asked.
  if (snapshot_->asks_rules(worker_.control.phase(), id_.listener)) {
    request_.payload_limit = std::max<uint64_t>(request_.payload_limit, limits::kCaptureBytes);
  }
  // Begins at the end of the turn, when a body that came along is known: a fault that answers at
  // once then has the whole request, and the connection can go on.
  if (worker_.tee != nullptr) static_cast<void>(book_mirror());
}

bool HttpExchange::book_mirror() {
  auto& tee = *worker_.tee;
  is_booked_ = tee.reserve();
  if (!is_booked_) {
    tee.wait_for_room();
    // What came home before the flag was up rang no bell.
    tee.collect();
    is_booked_ = tee.reserve();
  }
  is_parked_ = !is_booked_;
  if (is_parked_) owner_.downstream().pause(PauseReason::TeeFull);
  return is_booked_;
}

void HttpExchange::on_mirror_room() {
  if (is_over_ || !is_parked_ || !book_mirror()) return;
  owner_.downstream().resume(PauseReason::TeeFull);
  on_request_turn_end();
}

bool HttpExchange::is_connect_allowed() const {
  const auto target = parse_host_port(request_.head.target);
  return target && std::any_of(listener_.connect_to.begin(), listener_.connect_to.end(),
                               [&target](const HostPort& allowed) {
                                 return allowed.port == target->port &&
                                        iequals(allowed.host, target->host);
                               });
}

bool HttpExchange::settle_underscores() {
  auto& head = request_.head;
  if (listener_.underscores == rules::Underscores::Strip) {
    const size_t removed = http::strip_underscored(head);
    worker_.stats.fields_stripped += removed;
    return true;
  }
  if (!http::has_underscored(head.fields)) return true;
  fail_with(400, "downstream", "underscore_in_name", Outcome::DownstreamAborted);
  return false;
}

void HttpExchange::begin() {
  has_begun_ = true;
  if (listener_.underscores != rules::Underscores::Keep && !settle_underscores()) return;
  if (request_.head.is_connect && !is_connect_allowed()) {
    fail_with(403, "downstream", "connect_target_not_allowed", Outcome::DownstreamAborted);
    return;
  }
  phase_ = worker_.control.phase();
  auto& head = request_.head;
  if (is_gateway() || head.has_nominations) {
    http::Hop hop{forwarding(), {}};
    if (is_gateway()) hop.client = owner_.client();
    worker_.stats.fields_stripped += http::prepare_for_upstream(head, hop, worker_.loop.blocks());
  }
  if (snapshot_->config->traces) join_trace();
  if (snapshot_->asks_rules(phase_, id_.listener)) ask_rules();
  const uint64_t mirrored = worker_.tee != nullptr ? worker_.capture_bytes : 0;
  request_.payload_limit = mirrored;
  if (faults_) {
    faults_->start(Side::Request);
  } else {
    release(Side::Request);
  }
  if (!request_.is_buffering) request_.keep_for_mirror(mirrored);
}

void HttpExchange::ask_rules() {
  const auto& head = request_.head;
  const rules::FieldLookup fields(head.fields.all());
  auto& matched = worker_.matched_rules;
  if (!snapshot_->rules[id_.listener].match_request({head.method, head.target, fields}, matched)) {
    return;
  }
  faults_.emplace(worker_, *this, snapshot_, id_);
  faults_->decide(
      matched, {id_.listener, id_.connection, id_.exchange, head.method, fields, owner_.client()},
      phase_);
  if (!faults_->is_needed()) faults_.reset();
}

void HttpExchange::on_request_body(http::BodyPart part) {
  if (is_over_) return;
  request_.add(std::move(part));
}

void HttpExchange::on_request_end() {
  // After the end of the exchange the body is no longer kept, so it is not complete either.
  if (!is_over_) request_.is_complete = true;
}

void HttpExchange::on_request_turn_end() {
  if (is_over_ || is_parked_) return;
  if (!has_begun_) begin();
  if (is_over_) return;
  if (request_.is_buffering) faults_->on_body_progress(Side::Request);
  flush_request();
}

void HttpExchange::release(Side side) {
  if (side == Side::Request) {
    request_.is_released = true;
    if (request_.head.is_connect) {
      dial();
      return;
    }
    request_.out.prepend(http::write_request_head(worker_.loop.blocks(), request_.head));
    if (copy_gap_) send_copy();
    dial();
    flush_request();
    return;
  }
  response_.is_released = true;
  if (worker_.ends_connections(id_.listener) && response_.head.keep_alive) {
    response_.head.fields.set("Connection", "close");
    response_.head.keep_alive = false;
    response_.head.edit();
  }
  if (is_gateway() || response_.head.has_nominations) {
    const bool closes = !request_.head.keep_alive || !response_.head.keep_alive;
    worker_.stats.fields_stripped +=
        http::prepare_for_downstream(response_.head, forwarding(), closes);
  }
  response_.out.prepend(http::write_response_head(worker_.loop.blocks(), response_.head));
  if (upstream_) upstream_->resume(PauseReason::FilterHold);
  flush_response();
}

void HttpExchange::dial() {
  if (request_.head.is_connect) {
    if (!take_pending()) return;
    // Allowed, so it parses.
    connector_ =
        worker_.pool.connect(*parse_host_port(request_.head.target), listener_.timeouts.connect,
                             [this](Result<std::unique_ptr<UpstreamConnection>> connection) {
                               on_dialled(std::move(connection));
                             });
    return;
  }
  const HostPort& address = listener_.upstream.address;
  if (auto idle = worker_.pool.take_idle(address)) {
    attach_upstream(std::move(idle));
    return;
  }
  if (!take_pending()) return;
  connector_ = worker_.pool.connect(address, listener_.timeouts.connect,
                                    [this](Result<std::unique_ptr<UpstreamConnection>> connection) {
                                      on_dialled(std::move(connection));
                                    });
}

bool HttpExchange::take_pending() {
  auto& shared = *worker_.listeners[id_.listener];
  pending_ = PendingConnect::take(shared, listener_.limits.pending);
  if (!pending_) fail_with(503, "upstream", "pending_limit", Outcome::UpstreamAborted);
  return static_cast<bool>(pending_);
}

void HttpExchange::on_dialled(Result<std::unique_ptr<UpstreamConnection>> connection) {
  worker_.loop.call_soon([held = std::make_shared<std::unique_ptr<io::Connector>>(
                              std::move(connector_))] { held->reset(); });
  pending_ = {};
  if (is_over_) {
    if (connection) UpstreamConnection::dispose(std::move(*connection));
    return;
  }
  if (!connection) {
    fail_connect(connection.error());
    return;
  }
  if (request_.head.is_connect) {
    open_tunnel(std::move(*connection));
    return;
  }
  attach_upstream(std::move(*connection));
  flush_request();
}

void HttpExchange::fail_connect(const Error& error) {
  const bool is_timeout = error.code == ErrorCode::TimedOut;
  int status = is_timeout ? 504 : 502;
  if (error.source == ErrorSource::Internal) status = 503;
  fail_with(status, connect_error_side(error), connect_error_reason(error),
            is_timeout ? Outcome::TimedOut : Outcome::UpstreamAborted);
}

void HttpExchange::open_tunnel(std::unique_ptr<UpstreamConnection> connection) {
  upstream_ = std::move(connection);
  is_upgraded_ = true;
  response_.head.status = 200;
  response_.head.reason = "Connection Established";
  response_.has_head = true;
  response_.is_released = true;
  response_.is_complete = true;
  answered_ = now();
  response_.out.append(http::write_response_head(worker_.loop.blocks(), response_.head));
  flush_response();
}

void HttpExchange::attach_upstream(std::unique_ptr<UpstreamConnection> connection) {
  upstream_ = std::move(connection);
  upstream_->attach(*this, request_.head.method == "HEAD", request_.head.is_upgrade);
}

void HttpExchange::flush_request() {
  auto& downstream = owner_.downstream();
  if (!request_.is_released || (!upstream_ && !is_local_answer_)) {
    if (!request_.is_buffering && request_.out.size() > kHighWatermark) {
      downstream.pause(PauseReason::PeerFull);
    }
    return;
  }
  if (is_local_answer_) {
    request_.out.clear();
    return;
  }
  if (request_.is_delivered) return;
  if (request_.stages.empty()) {
    if (request_.out.empty() && !request_.is_complete) return;
    deliver(Side::Request, std::move(request_.out), request_.is_complete);
  } else {
    push_to_stages(request_);
  }
  if (request_.waiting() > kHighWatermark || (upstream_ && upstream_->is_above_high_watermark())) {
    downstream.pause(PauseReason::PeerFull);
  }
}

void HttpExchange::deliver(Side side, buffer::Chain&& bytes, bool end) {
  if (is_over_) return;
  if (side == Side::Request) {
    if (!upstream_) return;
    if (sent_upstream_.ns == 0) sent_upstream_ = now();
    upstream_->write(std::move(bytes));
    request_.is_delivered = end;
    if (request_.waiting() <= kHighWatermark / 2 && !upstream_->is_above_high_watermark()) {
      owner_.downstream().resume(PauseReason::PeerFull);
    }
    return;
  }
  has_answer_begun_ = true;
  owner_.downstream().write(std::move(bytes));
  if (end) {
    mark_response_delivered();
    return;
  }
  if (upstream_ && response_.waiting() <= kHighWatermark / 2 &&
      !owner_.downstream().is_above_high_watermark()) {
    upstream_->resume(PauseReason::PeerFull);
  }
}

// ---- response ------------------------------------------------------------------------------

void HttpExchange::on_upstream_head(http::ResponseHead&& head) {
  if (is_over_) return;
  is_interim_ = head.is_interim() && head.status != 101;
  if (is_interim_) {
    relay_interim(std::move(head));
    return;
  }
  response_.head = std::move(head);
  response_.has_head = true;
  is_inside_answer_turn_ = true;
  is_upgraded_ = response_.head.status == 101;
  if (faults_ && !is_upgraded_) {
    upstream_status_ = response_.head.status;
    faults_->start(Side::Response);
  } else {
    release(Side::Response);
  }
}

void HttpExchange::relay_interim(http::ResponseHead head) {
  last_activity_ = now();
  ++worker_.stats.interim_responses;
  if (++interim_count_ > limits::kInterimResponses) {
    fail_with(502, "upstream", "too_many_interim_responses", Outcome::UpstreamAborted);
    return;
  }
  // RFC 9110 15.2: a client of HTTP/1.0 does not know them.
  if (request_.head.version == http::Version::Http10) return;
  if (faults_ && faults_->take_interim(head)) return;
  send_interim(std::move(head));
}

void HttpExchange::send_interim(http::ResponseHead&& head) {
  if (is_over_ || has_answer_begun_ || is_local_answer_) return;
  is_continue_sent_ = is_continue_sent_ || head.status == 100;
  if (is_gateway() || head.has_nominations) {
    worker_.stats.fields_stripped += http::prepare_for_downstream(head, forwarding(), false);
  }
  buffer::Chain bytes;
  bytes.append(http::write_response_head(worker_.loop.blocks(), head));
  owner_.downstream().write(std::move(bytes));
}

void HttpExchange::on_upstream_body(http::BodyPart part) {
  if (is_over_ || is_local_answer_) return;
  response_.add(std::move(part));
}

void HttpExchange::on_upstream_message_end() {
  if (is_over_ || is_local_answer_) return;
  if (std::exchange(is_interim_, false)) return;
  response_.is_complete = true;
  answered_ = upstream_ended_ = now();
}

void HttpExchange::on_upstream_turn_end() {
  is_inside_answer_turn_ = false;
  // An answer that comes at once, as most do, needs no look at the clock. Bytes of a head are no
  // progress before its end: one that dribbles must not keep the exchange for ever.
  if (response_.has_head && !response_.is_complete) last_activity_ = now();
  if (is_over_ || !response_.has_head || is_local_answer_) return;
  if (response_.is_buffering) faults_->on_body_progress(Side::Response);
  flush_response();
}

void HttpExchange::flush_response() {
  // The body mostly comes with the head: they go out in one call.
  if (is_over_ || !response_.has_head || is_inside_answer_turn_) return;
  if (!response_.is_released) {
    if (!response_.is_buffering && upstream_ && response_.out.size() > kHighWatermark) {
      upstream_->pause(PauseReason::FilterHold);
    }
    return;
  }
  if (response_.is_delivered) return;
  if (response_.stages.empty()) {
    if (!response_.out.empty() || response_.is_complete) {
      deliver(Side::Response, std::move(response_.out), response_.is_complete);
    }
  } else {
    push_to_stages(response_);
  }
  if (!is_over_ && upstream_ &&
      (response_.waiting() > kHighWatermark || owner_.downstream().is_above_high_watermark())) {
    upstream_->pause(PauseReason::PeerFull);
  }
}

void HttpExchange::mark_response_delivered() {
  if (response_.is_delivered) return;
  response_.is_delivered = true;
  if (is_upgraded_) {
    ++worker_.stats.upgrades;
    complete(AfterExchange::KeepAlive, outcome_);
    owner_.on_exchange_upgraded();
    return;
  }
  const bool keep = request_.head.keep_alive && response_.head.keep_alive &&
                    response_.head.framing != http::BodyFraming::UntilClose && request_.is_complete;
  complete(keep ? AfterExchange::KeepAlive : AfterExchange::Close, outcome_);
}

void HttpExchange::on_upstream_drained() {
  if (is_over_) return;
  last_activity_ = now();
  if (request_.waiting() <= kHighWatermark / 2) owner_.downstream().resume(PauseReason::PeerFull);
}

void HttpExchange::on_downstream_drained() {
  if (is_over_) return;
  last_activity_ = now();
  if (upstream_ && response_.waiting() <= kHighWatermark / 2) {
    upstream_->resume(PauseReason::PeerFull);
  }
}

std::unique_ptr<UpstreamConnection> HttpExchange::take_upstream() { return std::move(upstream_); }

// ---- ends ----------------------------------------------------------------------------------

void HttpExchange::on_upstream_lost(const Error* error, const http::Rejection* rejection) {
  if (is_over_) return;
  // An answer that is whole and only waits (delayed, throttled) still goes out.
  if (response_.is_complete) {
    drop_upstream(false);
    return;
  }
  const bool was_reset = error != nullptr && error->code == ErrorCode::Reset;
  std::string reason = "closed_mid_response";
  if (rejection != nullptr) {
    reason = rejection->reason;
  } else if (upstream_ && upstream_->is_stale() && (error == nullptr || was_reset)) {
    // Not a fault of the system under test: it closed an idle connection as we used it again.
    reason = "keep_alive_race";
  } else if (error != nullptr) {
    reason = error_code_name(error->code);
  } else if (!response_.has_head) {
    reason = "closed_before_head";
  }
  if (has_answer_begun_ && was_reset) {
    worker_.stats.count_error("upstream", reason);
    complete(AfterExchange::Reset, Outcome::UpstreamAborted);
    return;
  }
  fail_with(502, "upstream", reason, Outcome::UpstreamAborted);
}

void HttpExchange::fail_with(int status, std::string_view side, std::string_view reason,
                             Outcome outcome) {
  worker_.stats.count_error(side, reason);
  if (has_answer_begun_) {
    complete(AfterExchange::Abort, outcome);
    return;
  }
  http::LocalReply reply;
  reply.status = status;
  reply.fields.emplace_back("Content-Type", "text/plain; charset=utf-8");
  reply.body = "faultline: " + std::string(side) + ": " + std::string(reason) + "\n";
  reply.close = true;
  send_local(std::move(reply), outcome);
}

void HttpExchange::on_request_rejected(const http::Rejection& rejection) {
  if (is_over_) return;
  fail_with(rejection.status, "downstream", rejection.reason, Outcome::DownstreamAborted);
}

bool HttpExchange::owes_request() const noexcept {
  if (is_over_ || request_.is_complete || is_held()) return false;
  // RFC 9110 10.1.1: such a client may wait for the 100 before it sends a byte.
  const bool waits_for_continue =
      request_.head.expects_continue && !is_continue_sent_ && request_.payload_bytes == 0;
  return !waits_for_continue && !owner_.downstream().is_paused();
}

void HttpExchange::on_slow_request() {
  if (is_over_) return;
  fail_with(408, "downstream", "request_below_min_rate", Outcome::TimedOut);
}

void HttpExchange::on_slow_response() {
  if (is_over_) return;
  worker_.stats.count_error("downstream", "response_below_min_rate");
  complete(AfterExchange::Reset, Outcome::TimedOut);
}

void HttpExchange::on_idle_timeout() {
  if (is_over_) return;
  // A client that does not take what is there is as silent as one that does not send.
  const bool client_owes = owes_request() || owner_.downstream().queued_bytes() != 0;
  fail_with(client_owes ? 408 : 504, client_owes ? "downstream" : "upstream", "idle_timeout",
            Outcome::TimedOut);
}

void HttpExchange::on_downstream_lost() {
  if (is_over_) return;
  complete(AfterExchange::Abort, Outcome::DownstreamAborted);
}

void HttpExchange::send_local(http::LocalReply reply, Outcome outcome) {
  outcome_ = outcome;
  drop_upstream(false);
  connector_.reset();
  is_local_answer_ = true;
  response_ = ResponseHalf();
  response_.payload_limit = worker_.tee != nullptr ? worker_.capture_bytes : 0;
  response_.has_head = true;
  response_.is_released = true;
  response_.is_complete = true;
  auto& head = response_.head;
  head.status = reply.status;
  head.reason = http::reason_phrase(reply.status);
  for (const auto& [name, value] : reply.fields) head.fields.append(name, value);
  head.keep_alive = !reply.close;
  auto& blocks = worker_.loop.blocks();
  const bool is_head_request = request_.head.method == "HEAD";
  if (!reply.body.empty() && !is_head_request && worker_.tee != nullptr) {
    response_.payload.append(blocks.copy(reply.body));
    response_.payload_bytes = reply.body.size();
  }
  answered_ = now();
  response_.out.append(http::write_local_reply(blocks, reply, is_head_request));
  deliver(Side::Response, std::move(response_.out), true);
}

void HttpExchange::drop_upstream(bool reset) {
  if (!upstream_) return;
  worker_.stats.fields_stripped += upstream_->take_stripped_fields();
  UpstreamConnection::dispose(std::move(upstream_), reset);
}

void HttpExchange::complete(AfterExchange after, Outcome outcome) {
  if (is_over_) return;
  is_over_ = true;
  after_ = after;
  outcome_ = outcome;
  ended_ = now();
  if (!is_upgraded_ && upstream_) {
    if (upstream_->has_surplus()) worker_.stats.count_error("upstream", "unsolicited_bytes");
    if (outcome != Outcome::Completed) {
      drop_upstream(true);
    } else if (request_.is_delivered && response_.is_complete && response_.head.keep_alive) {
      worker_.stats.fields_stripped += upstream_->take_stripped_fields();
      worker_.pool.give_back(std::move(upstream_), ended_);
    } else {
      drop_upstream(false);
    }
  }
  owner_.on_exchange_complete();
}

}  // namespace faultline::server
