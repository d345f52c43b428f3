// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/base/message_view.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::record {

/// How an exchange ended.
enum class Outcome : uint8_t {
  Completed,          // both halves ended as their framing said
  DownstreamAborted,  // the client went away
  UpstreamAborted,    // the system under test broke off or answered nonsense
  TimedOut,
  Injected,      // a fault ended it or answered in place of the upstream
  ProxyAborted,  // faultline itself gave up (drain, limit)
};
/// "completed", "downstream_aborted", "upstream_aborted", "timed_out", "injected",
/// "proxy_aborted".
[[nodiscard]] std::string_view outcome_name(Outcome outcome) noexcept;
[[nodiscard]] std::optional<Outcome> outcome_from_name(std::string_view name) noexcept;

/// A fault event that touched an exchange, as it was read back.
struct FaultRef {
  uint64_t event = 0;
  std::string rule;
  std::string fault;  // "latency"
  Direction side = Direction::Request;
  std::string pointer{};  // schema_drift: where in the body
  std::string action{};   // "retype"
  friend bool operator==(const FaultRef&, const FaultRef&) = default;
};

/// `shop/17/3`: listener, connection, exchange.
[[nodiscard]] std::string exchange_name(std::string_view listener, const ExchangeId& id);

/// One half of a recorded exchange, with its texts owned.
struct RecordedMessage {
  struct Field {
    std::string name;
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
  };
  Direction direction = Direction::Request;
  std::string method;  // of the request, also on the response half
  std::string target;
  int status = 0;
  std::string version;
  std::vector<Field> fields;
  std::vector<Field> trailers;
  std::string body;
  BodyState body_state = BodyState::Complete;
  redaction::BodyOutcome body_outcome = redaction::BodyOutcome::Empty;
  std::string drop_reason;   // why the redactor kept no body
  std::string decoded_from;  // the content codings that are off the body: "gzip, br"
  uint64_t original_body_bytes = 0;

  /// What a contract is checked against. Borrows from this message. A complete body that was not
  /// kept is NotKept, so that nothing is concluded from its absence.
  [[nodiscard]] MessageView view() const;
};

/// An exchange that was read back, from a journal or a HAR file.
struct RecordedExchange {
  std::string name;      // "shop/17/3"; of a HAR file "har/0/<entry>"
  std::string listener;  // "shop"
  ExchangeId id;         // `listener` is 0: the index is not recorded
  int64_t t_ns = 0;      // since the start of the run
  RecordedMessage request;
  std::optional<RecordedMessage> response;
  std::vector<FaultRef> faults;
  Outcome outcome = Outcome::Completed;
};

}  // namespace faultline::record
