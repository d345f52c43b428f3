// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/exchange_faults.h"
#include "proxy/server/http_exchange.h"

#include <utility>

// What a fault asks of its exchange.
namespace faultline::server {

using filters::EndKind;
using io::PauseReason;
using record::Outcome;
using rules::Side;

void HttpExchange::respond(http::LocalReply reply) {
  // An unread request body would be taken for the next request: the connection must end.
  reply.close = reply.close || !request_.is_complete || !request_.head.keep_alive ||
                worker_.ends_connections(id_.listener);
  send_local(std::move(reply), Outcome::Injected);
}

void HttpExchange::end(EndKind kind) {
  const bool resets = kind == EndKind::Reset;
  // A request that was cut ends upstream as it does here; an answer that is lost or cut is given
  // up as by a client that went away.
  if (upstream_ && !response_.has_head) {
    auto upstream = std::move(upstream_);
    UpstreamConnection::wind_up(std::move(upstream), resets);
  }
  complete(resets ? AfterExchange::FlushReset : AfterExchange::Abort, Outcome::Injected);
}

void HttpExchange::send_copy() {
  RequestCopies::Order order;
  order.upstream = listener_.upstream.address;
  for (const auto& slice : request_.out.slices()) order.request.append(slice);
  order.is_head_request = request_.head.method == "HEAD";
  order.gap = *copy_gap_;
  order.connect_timeout = listener_.timeouts.connect;
  order.answer_timeout = listener_.timeouts.idle;
  if (!worker_.copies.send(worker_.loop, std::move(order))) {
    worker_.stats.count_error("proxy", "copy_limit");
  }
}

void HttpExchange::on_rules_changed() {
  if (!is_over_ && faults_) faults_->follow(*worker_.snapshot, worker_.control.phase());
}

void HttpExchange::set_source_paused(Side side, bool paused) {
  if (side == Side::Request) {
    auto& downstream = owner_.downstream();
    paused ? downstream.pause(PauseReason::Throttle) : downstream.resume(PauseReason::Throttle);
  } else if (upstream_) {
    paused ? upstream_->pause(PauseReason::Throttle) : upstream_->resume(PauseReason::Throttle);
  }
}

}  // namespace faultline::server
