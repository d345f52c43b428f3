// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"
#include "proxy/base/result.h"
#include "proxy/json/parser.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::record {

/// One exchange as a line of NDJSON spells it (exchange_line.cc draws the format,
/// exchange.schema.json is its JSON Schema). Everything is borrowed from the line and the decoder.
struct ExchangeLine {
  std::string_view name;  // empty: the line has none
  int64_t t_ns = 0;
  MessageView request;
  std::optional<MessageView> response;
};

/// Decodes lines into the same memory, so that a recording of any length costs what its longest
/// line costs. Strict: a member it does not know is an error, because a misspelt `response` would
/// let every answer pass unchecked. Not thread-safe; each thread takes its own.
class ExchangeLineDecoder {
 public:
  /// Fills `line` from one line without its line end. The error names the member:
  /// "request/method: want a string". The views hold until the next call.
  [[nodiscard]] Status decode(std::string_view text, ExchangeLine& line);

 private:
  [[nodiscard]] Status read_half(json::Value half, std::string_view place, MessageView& message,
                                 std::string& decoded);
  [[nodiscard]] Status read_body(const json::Member& member, std::string_view place,
                                 MessageView& message, std::string& decoded);
  [[nodiscard]] Status check_names(const json::Document& document, const ExchangeLine& line) const;

  json::Parser parser_;
  std::string_view text_;
  std::string request_body_;  // what base64 gave
  std::string response_body_;
};

}  // namespace faultline::record
