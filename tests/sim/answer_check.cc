// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/answer_check.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace faultline::sim {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kOwnText = "faultline: ";

size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const size_t at = head.find(kName);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = head.substr(at + kName.size());
  return parse_u64(rest.substr(0, rest.find("\r\n"))).value_or(0);
}

bool has_close(std::string_view head) {
  return head.find("\r\nConnection: close\r\n") != std::string_view::npos;
}

}  // namespace

std::string AnswerCheck::feed(std::string_view bytes) {
  pending_ += bytes;
  std::string problem;
  while (!pending_.empty() && problem.empty()) {
    if (is_closing_ && take_rest_of_refusal()) break;
    if (is_closing_) return "bytes behind an answer that ends the connection: " + excerpt(pending_);
    if (next_ == plans_.size()) return "bytes that nobody asked for: " + excerpt(pending_);
    if (!take_message(problem)) break;
  }
  return problem;
}

// A HEAD request that was refused before its head was whole has an answer with a body: its method
// was not known.
bool AnswerCheck::take_rest_of_refusal() {
  if (plans_[next_ - 1]->method != "HEAD") return false;
  return match("faultline: request refused: ") != Fit::No && pending_.size() < 100;
}

AnswerCheck::Fit AnswerCheck::match(std::string_view want) {
  const size_t common = std::min(want.size(), pending_.size());
  if (std::string_view(pending_).substr(0, common) != want.substr(0, common)) return Fit::No;
  return pending_.size() >= want.size() ? Fit::Whole : Fit::Partly;
}

void AnswerCheck::finish_answer(bool closes) {
  is_closing_ = closes;
  interims_seen_ = 0;
  is_continue_due_ = false;
  const ExchangePlan& plan = *plans_[next_++];
  // What is left of the request would be taken for the next one: the proxy must close.
  may_close_ = plan.deed == ServerDeed::AnswerEarly && !plan.request_body.empty();
}

bool AnswerCheck::take_message(std::string& problem) {
  const ExchangePlan& plan = *plans_[next_];
  bool is_possible = false;
  if (take_planned(plan, is_possible)) return true;
  if (is_possible) return false;
  return take_local(plan, problem);
}

// `is_possible`: what came so far is the beginning of what the plan says.
bool AnswerCheck::take_planned(const ExchangePlan& plan, bool& is_possible) {
  if (take_interim(plan, is_possible)) return true;
  if (interims_seen_ < plan.interims.size()) return false;
  const auto take = [&](const std::string& want) {
    const Fit fit = match(want);
    is_possible = is_possible || fit != Fit::No;
    // The end of the connection ends it; until then bytes that are too many would be seen.
    if (fit != Fit::Whole || plan.is_until_close) return false;
    pending_.erase(0, want.size());
    ++passed_through_;
    finish_answer(plan.server_closes || plan.client_closes || has_close(want));
    return true;
  };
  const bool may_close = judge_.is_draining() && !plan.server_closes;
  for (const auto& answer : answers_of(plan)) {
    if (take(answer)) return true;
    if (may_close && take(with_connection_close(answer))) return true;
  }
  return false;
}

bool AnswerCheck::take_interim(const ExchangePlan& plan, bool& is_possible) {
  const auto take = [&](const std::string& interim) {
    const Fit fit = match(interim);
    is_possible = is_possible || fit == Fit::Partly;
    if (fit == Fit::Whole) pending_.erase(0, interim.size());
    return fit == Fit::Whole;
  };
  if (is_continue_due_ && take(plan.interims.front())) {
    is_continue_due_ = false;
    return true;
  }
  if (interims_seen_ == plan.interims.size()) return false;
  if (take(plan.interims[interims_seen_])) {
    ++interims_seen_;
    return true;
  }
  const bool is_withheld = interims_seen_ == 0 && plan.expects_continue && !is_possible &&
                           judge_.has_fault(plan.id, "withhold_continue");
  if (!is_withheld) return false;
  is_continue_due_ = true;
  ++interims_seen_;
  return take_interim(plan, is_possible);
}

std::vector<std::string> AnswerCheck::answers_of(const ExchangePlan& plan) const {
  std::vector<std::string> answers{plan.answer};
  if (!plan.drifted.empty() && judge_.has_fault(plan.id, "schema_drift")) {
    answers.push_back(plan.drifted);
  }
  if (judge_.has_fault(plan.id, "edit")) {
    for (auto& answer : answers) answer = with_edit(answer);
  }
  return answers;
}

bool AnswerCheck::take_local(const ExchangePlan& plan, std::string& problem) {
  const size_t head_end = pending_.find(kHeadEnd);
  if (head_end == std::string::npos) {
    const bool is_sane = match("HTTP/1.1 ") != Fit::No && pending_.size() < 1024;
    if (!is_sane) problem = "neither the planned answer nor one of the proxy: " + excerpt(pending_);
    return false;
  }
  const std::string head = pending_.substr(0, head_end + kHeadEnd.size());
  // A request that was refused for its head has no method: its answer has a body.
  const bool has_body = plan.method != "HEAD" || plan.bad_at == 0;
  const size_t length = has_body ? content_length(head) : 0;
  if (length > 1024) {
    problem =
        fmt::format("not the planned answer after {} of {} interim ones: {} but {}", interims_seen_,
                    plan.interims.size(), excerpt(plan.answer), excerpt(pending_));
    return false;
  }
  if (pending_.size() < head.size() + length) return false;
  const std::string body = pending_.substr(head.size(), length);
  problem = judge_local(plan, head, body);
  pending_.erase(0, head.size() + length);
  finish_answer(has_close(head));
  return problem.empty();
}

std::string AnswerCheck::judge_local(const ExchangePlan& plan, std::string_view head,
                                     std::string_view body) {
  const auto wrong = [&](std::string_view why) {
    return fmt::format("request {}: {}: {}", plan.id, why,
                       excerpt(std::string(head) + std::string(body)));
  };
  const bool is_head = plan.method == "HEAD" && plan.bad_at != 0;
  const bool is_injected = judge_.has_fault(plan.id, "abort");
  if (body == kAbortBody || (is_head && is_injected)) {
    return is_injected ? "" : wrong("the answer of an abort that no event tells of");
  }
  const std::string_view injected = "faultline: injected: connect_";
  if (judge_.has_fault(plan.id, "connect") && (body.starts_with(injected) || is_head)) return "";
  const bool had_trouble = !plan.is_server_sound() || judge_.had_trouble(plan.id);
  const bool may_fail = !plan.is_request_sound() || had_trouble || judge_.is_cut_by_drain();
  if (is_head) {
    return may_fail || judge_.take_failed_connect() ? "" : wrong("an error for no reason");
  }
  if (!body.starts_with(kOwnText)) return wrong("not the planned answer");
  if (body.starts_with("faultline: upstream: connect_")) {
    return judge_.take_failed_connect() ? "" : wrong("no connect failed");
  }
  return may_fail ? "" : wrong("an error for no reason");
}

bool AnswerCheck::is_excused(const ExchangePlan& plan) const {
  constexpr std::string_view kEnding[] = {"drop", "cut", "truncate"};
  const bool is_ended_by_fault =
      std::any_of(std::begin(kEnding), std::end(kEnding),
                  [&](std::string_view fault) { return judge_.has_fault(plan.id, fault); });
  return is_ended_by_fault || !plan.is_server_sound() || !plan.is_request_sound() ||
         judge_.had_trouble(plan.id) || judge_.is_cut_by_drain();
}

std::string AnswerCheck::end(bool is_reset) {
  if (next_ == plans_.size() && pending_.empty()) return "";
  if (is_closing_ || next_ == plans_.size()) return "";
  const ExchangePlan& plan = *plans_[next_];
  const auto answers = answers_of(plan);
  const bool is_whole = plan.is_until_close && interims_seen_ == plan.interims.size() &&
                        !is_reset &&
                        std::find(answers.begin(), answers.end(), pending_) != answers.end();
  if (is_whole) {
    ++passed_through_;
    finish_answer(true);
    return "";
  }
  const bool may_end_here = pending_.empty() && (may_close_ || judge_.is_draining());
  if (is_excused(plan) || may_end_here) return "";
  // RST takes along what the client has not read yet, also of answers before.
  const auto may_reset = [this](const ExchangePlan* later) { return is_excused(*later); };
  if (is_reset &&
      std::any_of(plans_.begin() + static_cast<std::ptrdiff_t>(next_), plans_.end(), may_reset)) {
    return "";
  }
  return fmt::format("request {} was left without its whole answer ({} bytes came, {})", plan.id,
                     pending_.size(), is_reset ? "RST" : "FIN");
}

}  // namespace faultline::sim
