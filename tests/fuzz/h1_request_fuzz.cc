// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The same bytes give the same events for any segmentation, and what is forwarded is parsed by
// the next hop to the same messages.
#include "tests/fuzz/h1_fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = faultline::http;
  const http::fuzz::Input input = http::fuzz::take_apart(data, size);
  const auto whole = http::testing::parse_requests(input.bytes);
  const auto cut = http::testing::parse_requests(input.bytes, input.cuts);
  const auto again = http::testing::parse_requests(whole.wire);

  http::fuzz::require_same(whole, cut);
  http::fuzz::require(!again.is_rejected);
  http::fuzz::require_forwarded(whole, again);
  http::fuzz::require(again.messages == whole.messages);
  return 0;
}
