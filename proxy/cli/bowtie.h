// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/dialect.h"
#include "proxy/json/tape.h"

#include <optional>
#include <string>
#include <string_view>

namespace faultline::cli {

/// The harness side of the Bowtie protocol, version 1 (bowtie.report): one JSON object per line in,
/// one out. It lets anyone compare validators over the same cases. One conversation, one thread.
///
///   {"cmd":"start","version":1}          -> {"version":1,"implementation":{...}}
///   {"cmd":"dialect","dialect":"URI"}    -> {"ok":true}
///   {"cmd":"run","seq":1,"case":{...}}   -> {"seq":1,"results":[{"valid":true},...]}
///   {"cmd":"stop"}                       -> nothing, and the end
class BowtieHarness {
 public:
  /// The answer without its line end; nothing when there is none. A line that breaks the protocol
  /// ends the conversation.
  [[nodiscard]] std::optional<std::string> answer(std::string_view line);
  [[nodiscard]] bool has_stopped() const noexcept { return has_stopped_; }
  /// What broke the protocol; empty when it was kept.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  std::optional<std::string> give_up(std::string problem);
  [[nodiscard]] std::optional<std::string> start(json::Value command);
  [[nodiscard]] std::optional<std::string> set_dialect(json::Value command);
  [[nodiscard]] std::optional<std::string> run(std::string_view line, json::Value command);

  contracts::json_schema::Dialect dialect_ = contracts::json_schema::Dialect::Draft2020;
  bool has_started_ = false;
  bool has_stopped_ = false;
  std::string problem_;
};

}  // namespace faultline::cli
