// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/floor/sample.h"
#include "proxy/base/message_view.h"

namespace faultline::bench {

/// The answer of bench/run as the analysis sees it.
inline MessageView sample_message() {
  MessageView message;
  message.direction = Direction::Response;
  message.method = "GET";
  message.target = "/json";
  message.status = 200;
  message.version = "HTTP/1.1";
  message.fields = {
      {"Server", "bench-origin"}, {"Content-Type", "application/json"}, {"Content-Length", "500"}};
  message.body = kSampleOrder;
  return message;
}

}  // namespace faultline::bench
