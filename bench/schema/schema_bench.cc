// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// bench_schema SCHEMA INSTANCES SECONDS: one line of JSON with the nanoseconds that parsing,
// validating and both take per document of INSTANCES (one per line), and what the schema costs.
#include "bench/schema/schema_adapter.h"
#include "proxy/json/parser.h"
#include "proxy/json/writer.h"
#include "tests/heap/counting_new.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace faultline::bench {
namespace {

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point from) {
  return std::chrono::duration<double, std::nano>(Clock::now() - from).count();
}

/// The best slice of `seconds`: what the code costs when nobody disturbs it.
template <typename Round>
double best_ns(double seconds, size_t documents, Round round) {
  constexpr double kSliceNs = 5e6;
  double best = 1e18;
  const auto start = Clock::now();
  do {
    const auto from = Clock::now();
    size_t rounds = 0;
    double taken = 0;
    do {
      round();
      ++rounds;
      taken = ns_since(from);
    } while (taken < kSliceNs);
    best = std::min(best, taken / static_cast<double>(rounds * documents));
  } while (ns_since(start) < seconds * 1e9);
  return best;
}

std::string read_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Instances {
  std::vector<std::string> texts;
  std::vector<std::unique_ptr<json::Document>> trees;
  std::vector<simdjson::padded_string> padded;
  size_t bytes = 0;
};

bool read_instances(const char* path, Instances& out) {
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) out.texts.push_back(line);
  for (const std::string& text : out.texts) {
    auto tree = json::Document::parse(text);
    if (!tree) return false;
    out.trees.push_back(std::make_unique<json::Document>(std::move(*tree)));
    out.padded.emplace_back(text);
    out.bytes += text.size();
  }
  return !out.texts.empty();
}

/// Keeps the compiler from leaving out what it computes.
void keep(size_t value) { asm volatile("" : : "r"(value) : "memory"); }

struct Costs {
  double compile_ns = 1e18;
  size_t schema_bytes = 0;
  size_t document_bytes = 0;  // a copy of the text, and its tree
  size_t program_bytes = 0;
};

Result<CompiledSchema> compile(const std::string& text, Costs& costs) {
  constexpr int kTimes = 5;
  costs.schema_bytes = text.size();
  for (int i = 0; i < kTimes; ++i) {
    std::string copy = text;
    const auto from = Clock::now();
    auto schema = CompiledSchema::compile(std::move(copy));
    costs.compile_ns = std::min(costs.compile_ns, ns_since(from));
    if (!schema) return schema;
  }
  // The program points into the schema's text and tree, so it keeps those, too.
  size_t before = heap_bytes();
  {
    const SourceFile file("schema.json", text);
    const auto tree = json::Document::parse(file.text());
    costs.document_bytes = heap_bytes() - before;
  }
  before = heap_bytes();
  auto schema = CompiledSchema::compile(text);
  costs.program_bytes = heap_bytes() - before - costs.document_bytes;
  return schema;
}

void measure(const CompiledSchema& schema, const Instances& in, double seconds,
             json::Writer& writer) {
  size_t valid = 0;
  size_t unknown = 0;
  // The first turn lets the automata of the patterns grow.
  for (const auto& tree : in.trees) keep(size_t(schema.check(tree->root())));
  const size_t allocated = allocation_count();
  for (const auto& tree : in.trees) {
    const auto answer = schema.check(tree->root());
    valid += answer == CompiledSchema::Answer::Valid ? 1 : 0;
    unknown += answer == CompiledSchema::Answer::Unknown ? 1 : 0;
  }
  const size_t taken = allocation_count() - allocated;
  const size_t docs = in.texts.size();
  writer.member("docs", docs).member("valid", valid).member("unknown", unknown);
  writer.member("allocations", taken);
  writer.member("bytes", in.bytes);
  json::Parser parser;
  simdjson::dom::parser dom;
  writer.member("simdjson_ns", best_ns(seconds, docs, [&] {
                  for (const auto& text : in.padded) keep(dom.parse(text).error());
                }));
  writer.member("parse_ns", best_ns(seconds, docs, [&] {
                  for (const auto& text : in.texts) keep(parser.parse(text).has_value());
                }));
  writer.member("validate_ns", best_ns(seconds, docs, [&] {
                  for (const auto& tree : in.trees) keep(size_t(schema.check(tree->root())));
                }));
  writer.member("both_ns", best_ns(seconds, docs, [&] {
                  for (const auto& text : in.texts) {
                    const auto tree = parser.parse(text);
                    keep(tree ? size_t(schema.check((*tree)->root())) : 0);
                  }
                }));
}

int run(const char* schema_path, const char* instances_path, double seconds) {
  Instances instances;
  if (!read_instances(instances_path, instances)) {
    std::cerr << "bench_schema: error: no instances in " << instances_path << "\n";
    return 1;
  }
  Costs costs;
  const auto schema = compile(read_file(schema_path), costs);
  if (!schema) {
    std::cerr << "bench_schema: error: " << schema.error().message << "\n";
    return 1;
  }
  json::Writer writer;
  writer.begin_object().member("compile_ns", costs.compile_ns);
  writer.member("schema_bytes", costs.schema_bytes).member("program_bytes", costs.program_bytes);
  writer.member("document_bytes", costs.document_bytes);
  measure(*schema, instances, seconds, writer);
  writer.end_object();
  std::cout << writer.take() << "\n";
  return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_schema SCHEMA INSTANCES SECONDS\n";
    return 2;
  }
  return faultline::bench::run(argv[1], argv[2], std::strtod(argv[3], nullptr));
}
