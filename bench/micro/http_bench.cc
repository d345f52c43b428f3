// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/sample.h"
#include "proxy/buffer/block.h"
#include "proxy/http/h1_codec.h"

#include <benchmark/benchmark.h>

#include <string>

namespace faultline::http {
namespace {

// The request and the answer of bench/run, so that the figures add up to its table.
constexpr std::string_view kRequest =
    "GET /json HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: faultline-bench/1\r\n"
    "Accept: application/json, text/plain\r\nAccept-Encoding: identity\r\n\r\n";

std::string response() {
  std::string text =
      "HTTP/1.1 200 OK\r\nServer: bench-origin\r\nContent-Type: application/json\r\n"
      "Content-Length: 500\r\n\r\n";
  return text.append(bench::kSampleOrder);
}

template <typename HeadType>
class Sink final : public MessageEvents<HeadType> {
 public:
  void on_head(HeadType&& head) override { fields_ += head.fields.size(); }
  void on_body(BodyPart part) override { bytes_ += part.bytes.size(); }
  void on_message_end(const Fields& /*trailers*/) override { ++messages_; }
  [[nodiscard]] uint64_t messages() const { return messages_; }

 private:
  uint64_t fields_ = 0;
  uint64_t bytes_ = 0;
  uint64_t messages_ = 0;
};

void bm_parse_request(benchmark::State& state) {
  buffer::BlockPool pool;
  Sink<RequestHead> sink;
  H1RequestParser parser(pool, sink);
  const buffer::Slice bytes = pool.copy(kRequest);
  for (auto _ : state) {
    if (parser.feed(bytes) != FeedState::MessageEnd) state.SkipWithError("not accepted");
    parser.resume();
  }
  benchmark::DoNotOptimize(sink.messages());
}
BENCHMARK(bm_parse_request);

void bm_parse_response(benchmark::State& state) {
  buffer::BlockPool pool;
  Sink<ResponseHead> sink;
  H1ResponseParser parser(pool, sink);
  const buffer::Slice bytes = pool.copy(response());
  for (auto _ : state) {
    parser.expect_response(false, false);
    if (parser.feed(bytes) != FeedState::MessageEnd) state.SkipWithError("not accepted");
    parser.resume();
  }
  benchmark::DoNotOptimize(sink.messages());
}
BENCHMARK(bm_parse_response);

}  // namespace
}  // namespace faultline::http
