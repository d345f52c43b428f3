// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/client_actor.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::sim {
namespace {

using Leave = ClientHabits::Leave;

// RFC 9110 10.1.1: a client does not wait for 100 Continue without end.
constexpr Duration kContinuePatience = std::chrono::seconds(1);

}  // namespace

ClientActor::ClientActor(SimReactor& reactor, Ledger& ledger, uint64_t connection,
                         std::shared_ptr<SimLink> link, const ClientHabits& habits)
    : reactor_(reactor),
      ledger_(ledger),
      connection_(connection),
      habits_(habits),
      check_(ledger),
      peer_(reactor, std::move(link), *this, habits.pace) {
  step_later(Duration(0));
  if (habits_.leave == Leave::Reset || habits_.leave == Leave::Close) {
    leave_timer_ = reactor_.call_after(habits_.leave_after, [this] { leave(); }, true);
  }
}

void ClientActor::step_later(Duration delay) {
  if (step_timer_.is_pending() || is_over_) return;
  step_timer_ = reactor_.call_after(delay, [this] { step(); }, true);
}

// True when there is a byte that may go out now; begins the next request when it is time.
bool ClientActor::may_send() {
  if (habits_.leave == Leave::Stall && sent_ >= habits_.stall_at) {
    excuse_all();
    return false;
  }
  const bool is_last_sent =
      exchanges_.empty() || sent_of_last_ == exchanges_.back()->plan.request.size();
  if (!is_last_sent) {
    const ExchangePlan& plan = exchanges_.back()->plan;
    if (!plan.expects_continue || sent_of_last_ != plan.request_head) return true;
    const bool has_permission =
        check_.answered() + 1 == exchanges_.size() && check_.interims_seen() > 0;
    if (has_permission || !is_waiting_for_continue_) return true;
    return false;
  }
  if (exchanges_.size() == habits_.requests) return false;
  if (exchanges_.size() - check_.answered() >= habits_.depth || check_.is_closing()) return false;
  ExchangeRecord& next = ledger_.plan_exchange(connection_, exchanges_.size());
  next.is_barred = exchanges_.size() >= barred_from_;
  if (next.plan.client_closes || !next.plan.is_request_sound()) {
    barred_from_ = std::min(barred_from_, exchanges_.size() + 1);
  }
  exchanges_.push_back(&next);
  sent_of_last_ = 0;
  check_.expect(next.plan);
  return true;
}

void ClientActor::send_piece() {
  const ExchangePlan& plan = exchanges_.back()->plan;
  size_t end = std::min(plan.request.size(), sent_of_last_ + habits_.piece);
  const bool stops_at_head = plan.expects_continue && sent_of_last_ < plan.request_head;
  if (stops_at_head) end = std::min(end, plan.request_head);
  if (habits_.leave == Leave::Stall) {
    end = std::min<size_t>(end, sent_of_last_ + (habits_.stall_at - sent_));
  }
  peer_.send(std::string_view(plan.request).substr(sent_of_last_, end - sent_of_last_));
  sent_ += end - sent_of_last_;
  sent_of_last_ = end;
  if (stops_at_head && end == plan.request_head) {
    is_waiting_for_continue_ = true;
    continue_timer_ = reactor_.call_after(
        kContinuePatience,
        [this] {
          is_waiting_for_continue_ = false;
          step_later(Duration(0));
        },
        true);
  }
}

void ClientActor::step() {
  if (is_over_ || is_frozen_ || has_left_ || peer_.is_over()) return;
  // A client does not send into a full network for ever.
  if (!peer_.is_flushed()) {
    step_later(habits_.rest + std::chrono::milliseconds(1));
    return;
  }
  if (may_send()) {
    send_piece();
    step_later(habits_.rest);
    return;
  }
  const bool has_sent_all = exchanges_.size() == habits_.requests &&
                            sent_of_last_ == exchanges_.back()->plan.request.size();
  if (!has_sent_all) return;
  const bool is_answered = check_.answered() == exchanges_.size();
  if (habits_.leave == Leave::HalfClose || (habits_.leave == Leave::AfterAnswers && is_answered)) {
    ledger_.trace().note("client sends FIN", connection_);
    peer_.shutdown();
  }
}

void ClientActor::excuse_all() {
  for (ExchangeRecord* record : exchanges_) record->is_excused = true;
}

void ClientActor::leave() {
  if (is_over_ || is_frozen_ || peer_.is_over()) return;
  ledger_.trace().note("client leaves", connection_, static_cast<uint64_t>(habits_.leave));
  has_left_ = true;
  excuse_all();
  if (habits_.leave == Leave::Reset) {
    peer_.reset();
  } else {
    peer_.close();
  }
  is_over_ = true;
}

void ClientActor::on_bytes(std::string_view bytes) {
  if (is_frozen_) return;
  ledger_.trace().note("client reads", connection_, bytes.size());
  const std::string problem = check_.feed(bytes);
  if (!problem.empty()) ledger_.fail(fmt::format("client {}: {}", connection_, problem));
  step_later(habits_.rest);
}

void ClientActor::end(bool is_reset) {
  if (std::exchange(is_over_, true) || is_frozen_) return;
  const std::string problem = check_.end(is_reset);
  if (!problem.empty()) ledger_.fail(fmt::format("client {}: {}", connection_, problem));
}

void ClientActor::on_fin() {
  ledger_.trace().note("client sees FIN", connection_, check_.answered());
  end(false);
  peer_.close();
}

void ClientActor::on_reset() {
  ledger_.trace().note("client sees RST", connection_, check_.answered());
  end(true);
}

}  // namespace faultline::sim
