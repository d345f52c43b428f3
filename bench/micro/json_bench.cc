// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/sample.h"
#include "proxy/json/parser.h"
#include "proxy/json/parser_paths.h"
#include "proxy/json/tape.h"
#include "proxy/json/writer.h"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <string>
#include <string_view>

// The parser beside simdjson's DOM, which is the cost of the same texts without places, hashes,
// exact numbers and repeated names. Texts: a typical answer; many short members; long strings;
// numbers; pretty print; escapes.
namespace faultline::json {
namespace {

std::string members(int count) {
  Writer writer;
  writer.begin_array();
  for (int i = 0; i < count; ++i) {
    writer.begin_object().member("id", i).member("name", "n" + std::to_string(i));
    writer.member("ok", i % 2 == 0).member("quantity", i * 3).end_object();
  }
  writer.end_array();
  return writer.take();
}

std::string long_strings(int count) {
  Writer writer;
  writer.begin_array();
  const std::string text =
      "The quick brown fox jumps over the lazy dog, again and again, caf\xC3\xA9";
  for (int i = 0; i < count; ++i) writer.value(text + std::to_string(i));
  writer.end_array();
  return writer.take();
}

std::string numbers(int count) {
  Writer writer;
  writer.begin_array();
  for (int i = 0; i < count; ++i) writer.value(i * 7919).value(i * 0.37);
  writer.end_array();
  return writer.take();
}

std::string pretty(int count) {
  Writer writer(Writer::Layout::Pretty);
  writer.begin_object();
  for (int i = 0; i < count; ++i) {
    writer.key("member " + std::to_string(i)).begin_array().value(i).value("text").end_array();
  }
  writer.end_object();
  return writer.take();
}

std::string escapes(int count) {
  Writer writer;
  writer.begin_array();
  for (int i = 0; i < count; ++i)
    writer.value("line\none \"quoted\" \\ path\\" + std::to_string(i));
  writer.end_array();
  return writer.take();
}

void count_bytes(benchmark::State& state, std::string_view text) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
  state.counters["bytes"] = static_cast<double>(text.size());
}

void bm_parse(benchmark::State& state, const std::string& text) {
  Parser parser;
  for (auto _ : state) {
    const auto document = parser.parse(text);
    if (!document) return state.SkipWithError("the text is not JSON");
    benchmark::DoNotOptimize((*document)->root().size());
  }
  count_bytes(state, text);
}

void bm_parse_owned(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(Document::parse(text)->root().size());
  count_bytes(state, text);
}

void bm_parse_exact(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(ParserAccess::by_byte(text)->root().size());
  count_bytes(state, text);
}

void bm_simdjson_dom(benchmark::State& state, const std::string& text) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(text);
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(padded).error());
  count_bytes(state, text);
}

#define FL_BENCH_TEXT(name, text)                \
  BENCHMARK_CAPTURE(bm_parse, name, text);       \
  BENCHMARK_CAPTURE(bm_parse_owned, name, text); \
  BENCHMARK_CAPTURE(bm_parse_exact, name, text); \
  BENCHMARK_CAPTURE(bm_simdjson_dom, name, text)

FL_BENCH_TEXT(order_500, std::string(bench::kSampleOrder));
FL_BENCH_TEXT(members, members(1000));
FL_BENCH_TEXT(long_strings, long_strings(1000));
FL_BENCH_TEXT(numbers, numbers(1000));
FL_BENCH_TEXT(pretty, pretty(1000));
FL_BENCH_TEXT(escapes, escapes(1000));

void bm_find(benchmark::State& state) {
  const auto document = Document::parse(bench::kSampleOrder);
  for (auto _ : state) benchmark::DoNotOptimize(document->root().find("shipping"));
}
BENCHMARK(bm_find);

}  // namespace
}  // namespace faultline::json
