// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/exchange_plan.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::sim {

/// What the world knows about an exchange beyond its plan: what may excuse another outcome.
class ExchangeJudge {
 public:
  virtual ~ExchangeJudge() = default;
  /// An applied fault of that name ("abort", "drop", ...) touched the exchange.
  [[nodiscard]] virtual bool has_fault(uint64_t id, std::string_view fault) const = 0;
  /// Its connection to the server broke or carried nonsense, or its client stalled.
  [[nodiscard]] virtual bool had_trouble(uint64_t id) const = 0;
  /// A connect failed that no other answer was blamed on yet; each is given out once.
  [[nodiscard]] virtual bool take_failed_connect() = 0;
  [[nodiscard]] virtual bool is_draining() const = 0;
  /// The deadline of the drain has cut what was under way.
  [[nodiscard]] virtual bool is_cut_by_drain() const = 0;
};

/// The reference model of what a client may get on one connection: for its requests, in order, the
/// interim responses and the answer of the plan byte for byte, or an answer that the proxy may
/// give in this case; never a byte of anything else. Pure; `feed` and `end` return what is wrong,
/// empty when nothing is.
class AnswerCheck {
 public:
  explicit AnswerCheck(ExchangeJudge& judge) : judge_(judge) {}

  /// The next request of the connection, before any byte of it is sent. Borrowed.
  void expect(const ExchangePlan& plan) { plans_.push_back(&plan); }
  [[nodiscard]] std::string feed(std::string_view bytes);
  /// FIN or RST came from the proxy.
  [[nodiscard]] std::string end(bool is_reset);

  /// Requests that have their final answer.
  [[nodiscard]] size_t answered() const noexcept { return next_; }
  /// Interim responses that came for the request that is answered next.
  [[nodiscard]] size_t interims_seen() const noexcept { return interims_seen_; }
  /// The last answer said that the connection ends.
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }
  /// Answers that were the plan's own.
  [[nodiscard]] size_t passed_through() const noexcept { return passed_through_; }

 private:
  enum class Fit : uint8_t { No, Partly, Whole };
  Fit match(std::string_view want);
  /// Takes one message, interim or final. False when more bytes are needed or something is wrong.
  bool take_message(std::string& problem);
  bool take_planned(const ExchangePlan& plan, bool& is_possible);
  bool take_interim(const ExchangePlan& plan, bool& is_possible);
  /// The answer of the plan, and as the faults that touched it may have left it.
  [[nodiscard]] std::vector<std::string> answers_of(const ExchangePlan& plan) const;
  bool take_local(const ExchangePlan& plan, std::string& problem);
  [[nodiscard]] std::string judge_local(const ExchangePlan& plan, std::string_view head,
                                        std::string_view body);
  void finish_answer(bool closes);
  bool take_rest_of_refusal();
  /// It may end without an answer.
  [[nodiscard]] bool is_excused(const ExchangePlan& plan) const;

  ExchangeJudge& judge_;
  std::vector<const ExchangePlan*> plans_;
  std::string pending_;  // bytes of the message that is not whole yet
  size_t next_ = 0;
  size_t interims_seen_ = 0;
  size_t passed_through_ = 0;
  bool is_continue_due_ = false;  // 100 Continue is withheld and may still come
  bool is_closing_ = false;
  bool may_close_ = false;  // the last answer came before the whole request
};

}  // namespace faultline::sim
