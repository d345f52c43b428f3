// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::sim {

/// What the server does with one exchange.
enum class ServerDeed : uint8_t {
  Answer,         // reads the request, then answers
  AnswerEarly,    // answers as soon as it has the head, reads the rest afterwards
  AnswerAndQuit,  // answers, allows another exchange and closes all the same
  AnswerAndTalk,  // answers and sends bytes that nobody asked for
  TalkNonsense,   // sends what is no HTTP/1.1 response
  CutWithFin,     // closes in the middle of its answer
  CutWithReset,
  SayNothing,
};

/// How wild the peers of a run are, in percent of exchanges.
struct PlanKnobs {
  uint64_t bad_server_percent = 0;
  uint64_t bad_request_percent = 0;
  size_t body_max = 4096;
};

/// One exchange as the reference model knows it: the bytes of the request and of its answer. A
/// pure function of the seed and its number, which stands in the request target, so that client,
/// server and checker agree on it without talking.
struct ExchangePlan {
  static constexpr size_t kSound = std::string::npos;

  uint64_t id = 0;
  std::string method;
  std::string request;      // on the wire
  size_t request_head = 0;  // bytes of its head
  std::string request_body;
  bool expects_continue = false;
  bool client_closes = false;  // Connection: close
  /// No byte from here on may reach the server: the request is malformed there.
  size_t bad_at = kSound;

  std::vector<std::string> interims;
  std::string answer;  // on the wire
  std::string answer_body;
  std::string drifted;  // the answer with its price turned to null; empty when it has none
  bool is_until_close = false;
  bool server_closes = false;  // Connection: close, or the body ends with the connection
  ServerDeed deed = ServerDeed::Answer;
  size_t cut_at = 0;  // bytes of the answer that go out before a cut
  Duration think{};

  [[nodiscard]] bool is_request_sound() const noexcept { return bad_at == kSound; }
  [[nodiscard]] bool is_server_sound() const noexcept {
    return deed == ServerDeed::Answer || deed == ServerDeed::AnswerEarly;
  }
};

[[nodiscard]] ExchangePlan make_plan(uint64_t seed, uint64_t id, const PlanKnobs& knobs);

/// The number in "GET /x/17 HTTP/1.1..."; false when `bytes` do not begin with such a request line.
[[nodiscard]] bool read_plan_id(std::string_view bytes, uint64_t& id);

/// The same answer with "Connection: close" as its last field: what a draining proxy makes of it.
[[nodiscard]] std::string with_connection_close(std::string_view answer);

/// The same answer with the field that the edit rules of the simulation set.
[[nodiscard]] std::string with_edit(std::string_view answer);

/// The first bytes for a message to a person.
[[nodiscard]] std::string excerpt(std::string_view bytes);

/// The rule that drifts answers sets /price to null.
inline constexpr std::string_view kDriftPointer = "/price";
/// The body of answers that abort rules give.
inline constexpr std::string_view kAbortBody = "sim abort";

}  // namespace faultline::sim
