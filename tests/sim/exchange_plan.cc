// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/exchange_plan.h"

#include "proxy/base/text.h"
#include "tests/fakes/draws.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace faultline::sim {
namespace {

using fakes::Draws;

// Says whose it is in every few bytes, so that bytes of another exchange are never taken for it.
std::string body_text(Draws& draws, uint64_t id, size_t length_max) {
  const size_t length = draws.one_in(3) ? draws.below(64) : draws.below(length_max + 1);
  const std::string unit = fmt::format("{}-", id);
  std::string text;
  while (text.size() < length) text += unit;
  text.resize(length);
  return text;
}

// Without chunk extensions: the proxy removes them.
std::string chunked(Draws& draws, std::string_view body) {
  std::string wire;
  while (!body.empty()) {
    const size_t size = draws.between(1, std::max<size_t>(1, body.size() / draws.between(1, 4)));
    wire += fmt::format("{:x}\r\n{}\r\n", size, body.substr(0, size));
    body.remove_prefix(size);
  }
  wire += "0\r\n";
  if (draws.one_in(3)) wire += "X-Sum: 42\r\nX-More: yes\r\n";
  return wire + "\r\n";
}

std::string some_fields(Draws& draws) {
  std::string fields;
  for (uint64_t i = draws.below(4); i > 0; --i) {
    fields += fmt::format("X-Field-{}: {}\r\n", draws.below(100), draws.below(1'000'000));
  }
  return fields;
}

// A request that must be refused in its head.
void spoil_head(Draws& draws, ExchangePlan& plan) {
  constexpr std::array<std::string_view, 6> kPoison = {
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Bad Name: x\r\n",
      "X: a\rb\r\n",
      "Content-Length: +5\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
      " folded: first line\r\n"};
  const size_t line_end = plan.request.find("\r\n") + 2;
  plan.request.insert(line_end, draws.pick(kPoison));
  plan.bad_at = 0;
}

void make_request(Draws& draws, ExchangePlan& plan, const PlanKnobs& knobs) {
  constexpr std::array<std::string_view, 5> kMethods = {"GET", "GET", "HEAD", "POST", "PUT"};
  plan.method = std::string(draws.pick(kMethods));
  plan.client_closes = draws.percent(5);
  const bool has_body = plan.method == "POST" || plan.method == "PUT";
  const bool is_chunked = has_body && draws.one_in(2);
  std::string head = fmt::format("{} /x/{} HTTP/1.1\r\nHost: sim.test\r\n", plan.method, plan.id);
  head += some_fields(draws);
  if (plan.client_closes) head += "Connection: close\r\n";
  std::string wire_body;
  if (has_body) {
    plan.request_body = body_text(draws, plan.id, knobs.body_max);
    plan.expects_continue = !plan.request_body.empty() && draws.percent(10);
    if (plan.expects_continue) head += "Expect: 100-continue\r\n";
    head += is_chunked ? "Transfer-Encoding: chunked\r\n"
                       : fmt::format("Content-Length: {}\r\n", plan.request_body.size());
    wire_body = is_chunked ? chunked(draws, plan.request_body) : plan.request_body;
  }
  plan.request = head + "\r\n";
  plan.request_head = plan.request.size();
  plan.request += wire_body;
  if (!draws.percent(knobs.bad_request_percent)) return;
  if (is_chunked && draws.one_in(2)) {
    plan.request.resize(plan.request_head);
    plan.bad_at = plan.request_head;
    plan.request += "g\r\n";
  } else {
    spoil_head(draws, plan);
  }
}

struct Shape {
  int status = 200;
  bool has_body = true;
};

void make_body(Draws& draws, ExchangePlan& plan, const PlanKnobs& knobs, const std::string& start) {
  const bool is_json = draws.percent(25);
  plan.answer_body = is_json ? fmt::format("{{\"id\":{},\"price\":12.50,\"name\":\"{}\"}}", plan.id,
                                           body_text(draws, plan.id, 200))
                             : body_text(draws, plan.id, knobs.body_max);
  std::string head = start;
  if (is_json) head += "Content-Type: application/json\r\n";
  const uint64_t framing = draws.below(5);
  const bool is_head = plan.method == "HEAD";
  // A HEAD answer without length ends with its head and ends nothing else.
  plan.is_until_close = framing == 4 && !is_head;
  plan.server_closes = plan.is_until_close || draws.percent(5);
  if (plan.server_closes && !plan.is_until_close) head += "Connection: close\r\n";
  const auto finish = [&](std::string_view body) {
    if (framing == 4) return fmt::format("{}\r\n{}", head, is_head ? "" : body);
    return fmt::format("{}Content-Length: {}\r\n\r\n{}", head, body.size(), is_head ? "" : body);
  };
  if (framing >= 2) {  // length, or until close
    plan.answer = finish(plan.answer_body);
  } else {
    plan.answer = head + "Transfer-Encoding: chunked\r\n\r\n";
    if (!is_head) plan.answer += chunked(draws, plan.answer_body);
  }
  if (!is_json || is_head) return;
  std::string drifted = plan.answer_body;
  drifted.replace(drifted.find("12.50"), 5, "null");
  if (framing >= 2) {
    plan.drifted = finish(drifted);
  } else {
    // One chunk, without the trailers of the original.
    plan.drifted = fmt::format("{}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", head,
                               drifted.size(), drifted);
  }
}

void make_answer(Draws& draws, ExchangePlan& plan, const PlanKnobs& knobs) {
  if (plan.expects_continue) plan.interims.emplace_back("HTTP/1.1 100 Continue\r\n\r\n");
  for (uint64_t i = draws.one_in(8) ? draws.between(1, 3) : 0; i > 0; --i) {
    plan.interims.push_back(fmt::format(
        "HTTP/1.1 103 Early Hints\r\nLink: </x/{}>; rel=preload; n={}\r\n\r\n", plan.id, i));
  }
  constexpr std::array<Shape, 8> kShapes = {{{200, true},
                                             {200, true},
                                             {200, true},
                                             {201, true},
                                             {404, true},
                                             {500, true},
                                             {204, false},
                                             {304, false}}};
  const Shape shape = draws.pick(kShapes);
  const std::string start = fmt::format("HTTP/1.1 {} Plan {}\r\nX-Plan: {}\r\n{}", shape.status,
                                        plan.id, plan.id, some_fields(draws));
  if (shape.has_body) {
    make_body(draws, plan, knobs, start);
  } else {
    plan.answer = start + "\r\n";
  }
}

void make_deed(Draws& draws, ExchangePlan& plan, const PlanKnobs& knobs) {
  plan.think = Duration(
      static_cast<int64_t>(draws.one_in(10) ? draws.below(2'000'000'000) : draws.below(5'000'000)));
  plan.cut_at = draws.below(plan.answer.size() + 1);
  if (draws.percent(8)) plan.deed = ServerDeed::AnswerEarly;
  if (!draws.percent(knobs.bad_server_percent)) return;
  constexpr std::array<ServerDeed, 6> kBad = {ServerDeed::AnswerAndQuit, ServerDeed::AnswerAndTalk,
                                              ServerDeed::TalkNonsense,  ServerDeed::CutWithFin,
                                              ServerDeed::CutWithReset,  ServerDeed::SayNothing};
  plan.deed = draws.pick(kBad);
}

std::string with_last_field(std::string_view answer, std::string_view field) {
  const size_t head = answer.find("\r\n\r\n") + 2;
  std::string text(answer.substr(0, head));
  text += field;
  text += answer.substr(head);
  return text;
}

}  // namespace

ExchangePlan make_plan(uint64_t seed, uint64_t id, const PlanKnobs& knobs) {
  Draws draws = Draws(seed).fork(id);
  ExchangePlan plan;
  plan.id = id;
  make_request(draws, plan, knobs);
  make_answer(draws, plan, knobs);
  make_deed(draws, plan, knobs);
  return plan;
}

bool read_plan_id(std::string_view bytes, uint64_t& id) {
  const size_t target = bytes.find(" /x/");
  const size_t end = bytes.find(" HTTP/1.1\r\n");
  if (target == std::string_view::npos || target > 4 || end == std::string_view::npos) return false;
  const auto number = parse_u64(bytes.substr(target + 4, end - target - 4));
  if (!number) return false;
  id = *number;
  return true;
}

std::string with_connection_close(std::string_view answer) {
  return with_last_field(answer, "Connection: close\r\n");
}

std::string with_edit(std::string_view answer) {
  return with_last_field(answer, "x-sim-edit: yes\r\n");
}

std::string excerpt(std::string_view bytes) {
  constexpr size_t kShown = 300;
  std::string text = "\"";
  for (const char c : bytes.substr(0, kShown)) {
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text + (bytes.size() > kShown ? "\"..." : "\"");
}

}  // namespace faultline::sim
