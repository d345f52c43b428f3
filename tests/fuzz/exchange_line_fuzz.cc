// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "proxy/json/writer.h"
#include "proxy/record/exchange_line.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Whatever the line: what is taken has a method and a target, and written down again from the views
// it gave (bodies in base64) it is read to the same exchange; and no line leaves anything behind
// for the next one.

namespace {

using faultline::MessageView;
using faultline::record::ExchangeLine;
using faultline::record::ExchangeLineDecoder;

void require(bool holds) {
  if (!holds) std::abort();
}

void write_half(faultline::json::Writer& writer, const MessageView& message) {
  writer.begin_object();
  if (message.direction == faultline::Direction::Request) {
    writer.member("method", message.method).member("target", message.target);
  } else {
    writer.member("status", message.status);
  }
  // Names may repeat in any case of letters: one member for each run of equal ones.
  writer.key("headers").begin_object();
  for (size_t i = 0; i < message.fields.size();) {
    writer.key(message.fields[i].name).begin_array();
    size_t end = i;
    while (end < message.fields.size() && message.fields[end].name == message.fields[i].name) {
      writer.value(message.fields[end++].value);
    }
    writer.end_array();
    i = end;
  }
  writer.end_object().member("base64", faultline::base64_encode(message.body)).end_object();
}

std::string written(const ExchangeLine& line) {
  faultline::json::Writer writer;
  writer.begin_object().member("name", line.name).member("t_ms", line.t_ns / 1'000'000);
  writer.key("request");
  write_half(writer, line.request);
  if (line.response) {
    writer.key("response");
    write_half(writer, *line.response);
  }
  writer.end_object();
  return writer.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  ExchangeLineDecoder decoder;
  ExchangeLine line;
  if (!decoder.decode(text, line)) return 0;
  require(!line.request.method.empty() && !line.request.target.empty());
  require(!line.response || (line.response->status >= 100 && line.response->status <= 999));
  const std::string once = written(line);

  ExchangeLineDecoder other;
  ExchangeLine again;
  const auto status = other.decode(once, again);
  require(status.has_value());
  require(written(again) == once);
  require(other.decode(R"({"request":{"method":"GET","target":"/"}})", again).has_value());
  require(again.name.empty() && again.t_ns == 0 && again.request.fields.empty() &&
          again.request.body.empty() && !again.response);
  return 0;
}
