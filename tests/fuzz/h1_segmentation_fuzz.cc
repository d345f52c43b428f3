// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The same bytes split by the fuzzer give the same events, also when the parser stays stopped
// behind a message while more pieces arrive, as it does while an exchange is under way.
#include "tests/fuzz/h1_fuzz_support.h"

namespace faultline::http::fuzz {
namespace {

testing::Outcome parse_late(const Input& input) {
  buffer::BlockPool pool;
  testing::EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);
  const unsigned patience = input.options % 8;  // pieces that come before a stopped parser goes on
  unsigned waited = 0;
  FeedState state = FeedState::NeedMore;
  const auto is_stopped = [&state] {
    return state == FeedState::MessageEnd || state == FeedState::Upgraded;
  };
  testing::feed_in_pieces(pool, input.bytes, input.cuts, [&](buffer::Slice piece) {
    const bool was_stopped = is_stopped();
    state = parser.feed(std::move(piece));
    require(!was_stopped || is_stopped());
    if (!is_stopped() || ++waited < patience) return;
    waited = 0;
    state = parser.resume();
  });
  while (is_stopped()) state = parser.resume();

  return testing::finish(parser, events, state);
}

}  // namespace
}  // namespace faultline::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = faultline::http;
  const http::fuzz::Input input = http::fuzz::take_apart(data, size);
  http::fuzz::require_same(http::testing::parse_requests(input.bytes),
                           http::fuzz::parse_late(input));
  return 0;
}
