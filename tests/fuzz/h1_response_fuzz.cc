// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The same bytes give the same events for any segmentation, whatever was asked; and what is
// forwarded is parsed by the client to the same messages.
#include "tests/fuzz/h1_fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = faultline::http;
  const http::fuzz::Input input = http::fuzz::take_apart(data, size);
  const http::testing::ResponseExpectation expected{
      .is_head_request = (input.options & 1U) != 0,
      .is_upgrade_request = (input.options & 2U) != 0,
  };
  const auto whole = http::testing::parse_response(input.bytes, expected);
  const auto cut = http::testing::parse_response(input.bytes, expected, input.cuts);
  const auto again = http::testing::parse_response(whole.wire, expected);

  http::fuzz::require_same(whole, cut);
  http::fuzz::require(!again.is_rejected);
  http::fuzz::require_forwarded(whole, again);
  http::fuzz::require(again.messages == whole.messages);
  http::fuzz::require(again.rest.empty());
  return 0;
}
