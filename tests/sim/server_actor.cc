// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/server_actor.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::sim {
namespace {

constexpr std::string_view kNonsense[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "HTTP/1.1 2x0 OK\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n",
};
constexpr std::string_view kTalk = "\x01unasked";

}  // namespace

ServerActor::ServerActor(SimReactor& reactor, Ledger& ledger, uint64_t link_number,
                         std::shared_ptr<SimLink> link, ReadPace pace, fakes::Draws draws)
    : reactor_(reactor),
      ledger_(ledger),
      number_(link_number),
      draws_(draws),
      peer_(reactor, std::move(link), *this, pace) {}

void ServerActor::on_bytes(std::string_view bytes) {
  if (is_frozen_) return;
  ledger_.trace().note("server reads", number_, bytes.size());
  received_ += bytes;
  advance();
}

bool ServerActor::begin_request() {
  uint64_t id = 0;
  if (!read_plan_id(received_, id)) {
    if (received_.size() > 200) ledger_.fail("a server got bytes that begin no request");
    return false;
  }
  current_ = ledger_.find(id);
  if (current_ == nullptr) {
    ledger_.fail("a server got a request that no client made");
    return false;
  }
  checked_ = 0;
  is_read_whole_ = false;
  is_answering_ = false;
  is_answered_ = false;
  was_continue_sent_ = false;
  return true;
}

void ServerActor::advance() {
  if (current_ == nullptr && (received_.empty() || !begin_request())) return;
  const ExchangePlan& plan = current_->plan;
  const size_t end = std::min({received_.size(), plan.request.size(), plan.bad_at});
  if (received_.compare(checked_, end - checked_, plan.request, checked_, end - checked_) != 0) {
    ledger_.fail(fmt::format("request {} came to the server with other bytes: {} but {}", plan.id,
                             excerpt(plan.request), excerpt(received_)));
    return;
  }
  checked_ = end;
  // An early answer may let the next request come before this one was read to its end.
  const bool is_over = is_answered_ && checked_ == plan.request.size();
  if (received_.size() > end && !is_over) {
    ledger_.fail(
        fmt::format("bytes behind request {} came to the server too early or should "
                    "never have come",
                    plan.id));
    return;
  }
  is_read_whole_ = checked_ == plan.request.size();
  const bool has_head = checked_ >= plan.request_head;
  if (has_head && !is_answering_ && (is_read_whole_ || plan.deed == ServerDeed::AnswerEarly)) {
    is_answering_ = true;
    answer_later();
  } else if (has_head && plan.expects_continue && checked_ == plan.request_head && !is_answering_) {
    // The interim answer that makes the client go on; the plan has it first.
    was_continue_sent_ = true;
    peer_.send(plan.interims.front());
    bytes_sent_ += plan.interims.front().size();
  }
  if (!is_over) return;
  received_.erase(0, plan.request.size());
  current_ = nullptr;
  advance();
}

void ServerActor::answer_later() {
  const ExchangePlan& plan = current_->plan;
  for (size_t i = was_continue_sent_ ? 1 : 0; i < plan.interims.size(); ++i) {
    to_send_ += plan.interims[i];
  }
  to_send_ += answer_to_send();
  timer_ = reactor_.call_after(plan.think, [this] { answer_piece(); }, true);
}

std::string_view ServerActor::answer_to_send() const {
  const ExchangePlan& plan = current_->plan;
  switch (plan.deed) {
    case ServerDeed::Answer:
    case ServerDeed::AnswerEarly:
    case ServerDeed::AnswerAndQuit:
    case ServerDeed::AnswerAndTalk:
      return plan.answer;
    case ServerDeed::CutWithFin:
    case ServerDeed::CutWithReset:
      return std::string_view(plan.answer).substr(0, plan.cut_at);
    case ServerDeed::TalkNonsense:
      return kNonsense[plan.id % std::size(kNonsense)];
    case ServerDeed::SayNothing:
      break;
  }
  return {};
}

void ServerActor::answer_piece() {
  if (is_frozen_ || peer_.is_over()) return;
  const size_t size = draws_.one_in(4) ? draws_.between(0, to_send_.size()) : to_send_.size();
  peer_.send(std::string_view(to_send_).substr(0, size));
  bytes_sent_ += size;
  to_send_.erase(0, size);
  if (to_send_.empty()) {
    do_deed();
    return;
  }
  timer_ = reactor_.call_after(
      Duration(static_cast<int64_t>(draws_.below(20'000'000))), [this] { answer_piece(); }, true);
}

void ServerActor::set_trouble() { ledger_.server_link(number_).had_trouble = true; }

// From the byte after those that were sent so far.
void ServerActor::become_unfit() { ledger_.server_link(number_).unfit_after = bytes_sent_; }

void ServerActor::do_deed() {
  is_answered_ = true;
  const ExchangePlan& plan = current_->plan;
  ledger_.trace().note("server has answered", plan.id, number_);
  switch (plan.deed) {
    case ServerDeed::Answer:
    case ServerDeed::AnswerEarly:
      if (plan.server_closes) {
        become_unfit();
        is_done_ = true;
        peer_.shutdown();
      }
      break;
    case ServerDeed::AnswerAndQuit:
      set_trouble();
      is_done_ = true;
      peer_.shutdown();
      break;
    case ServerDeed::AnswerAndTalk:
      set_trouble();
      bytes_sent_ += 1;
      become_unfit();
      peer_.send(kTalk);
      break;
    case ServerDeed::TalkNonsense:
      set_trouble();
      become_unfit();
      break;
    case ServerDeed::CutWithFin:
      set_trouble();
      if (plan.cut_at < plan.answer.size()) become_unfit();
      is_done_ = true;
      peer_.close();
      break;
    case ServerDeed::CutWithReset:
      set_trouble();
      if (plan.cut_at < plan.answer.size()) become_unfit();
      is_done_ = true;
      peer_.reset();
      break;
    case ServerDeed::SayNothing:
      is_answered_ = false;
      return;
  }
  if (!is_read_whole_) return;
  received_.erase(0, plan.request.size());
  current_ = nullptr;
}

void ServerActor::on_fin() {
  ledger_.trace().note("server sees FIN", number_);
  if (!is_frozen_) peer_.close();
}

void ServerActor::on_reset() { ledger_.trace().note("server sees RST", number_); }

}  // namespace faultline::sim
