// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/micro/sample_message.h"
#include "contracts/json_schema/validator.h"
#include "proxy/base/message_view.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

// JSON Schema alone, over a document of 500 bytes. With FAULTLINE_SCHEMA_BENCH=FOLDER also over
// every pair NAME.schema.json, NAME.instances.jsonl there.
namespace faultline::contracts::json_schema {
namespace {

constexpr const char* kOrderSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "status", "currency", "total", "customer", "items", "shipping"],
  "properties": {
    "id": { "type": "string", "pattern": "^ord-[0-9]{9}$" },
    "status": { "type": "string", "enum": ["open", "paid", "shipped"] },
    "currency": { "type": "string", "minLength": 3, "maxLength": 3 },
    "total": { "type": "number", "minimum": 0 },
    "customer": {
      "type": "object",
      "required": ["id", "name", "email"],
      "properties": {
        "id": { "type": "integer" }, "name": { "type": "string" }, "email": { "type": "string" }
      }
    },
    "items": {
      "type": "array",
      "minItems": 1,
      "items": {
        "type": "object",
        "required": ["sku", "quantity", "price"],
        "properties": {
          "sku": { "type": "string" },
          "quantity": { "type": "integer", "minimum": 1 },
          "price": { "type": "number" }
        }
      }
    },
    "shipping": { "type": "object" }
  }
})";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::unique_ptr<const Validator> compile(const std::string& text) {
  auto loaded = load_document("schema.json", text);
  if (!loaded.document) return nullptr;
  static const Registry kRegistry;
  CompileOptions options;
  options.dialect = Dialect::Draft7;
  options.registry = &kRegistry;
  return std::move(Validator::load(*loaded.document, options).validator);
}

void bm_validate_order(benchmark::State& state) {
  const auto validator = compile(kOrderSchema);
  const std::string text(bench::sample_message().body);
  const auto document = json::Document::parse(text);
  if (!validator || !document || validator->verdict(document->root()) != Outcome::Valid) {
    return state.SkipWithError("the sample does not conform");
  }
  for (auto _ : state) benchmark::DoNotOptimize(validator->verdict(document->root()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(bm_validate_order);

void bm_parse_and_validate_order(benchmark::State& state) {
  const auto validator = compile(kOrderSchema);
  const std::string text(bench::sample_message().body);
  for (auto _ : state) {
    const auto document = json::Document::parse(text);
    benchmark::DoNotOptimize(validator->verdict(document->root()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(bm_parse_and_validate_order);

void bm_compile_order(benchmark::State& state) {
  size_t bytes = 0;
  for (auto _ : state) {
    const auto validator = compile(kOrderSchema);
    bytes = validator->program().bytes();
    benchmark::DoNotOptimize(bytes);
  }
  const auto text_bytes = static_cast<double>(std::string_view(kOrderSchema).size());
  state.counters["bytes_per_text_byte"] = static_cast<double>(bytes) / text_bytes;
}
BENCHMARK(bm_compile_order)->Unit(benchmark::kMicrosecond);

/// One pair of files.
void bm_corpus(benchmark::State& state, const std::string& schema_text,
               const std::string& instances_text) {
  const auto validator = compile(schema_text);
  if (!validator) return state.SkipWithError("the schema does not compile");
  std::vector<json::Document> documents;
  std::string_view rest = instances_text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) continue;
    auto document = json::Document::parse(line);
    if (document) documents.push_back(std::move(*document));
  }
  size_t valid = 0;
  size_t unknown = 0;
  for (const auto& document : documents) {
    const Outcome outcome = validator->verdict(document.root());
    valid += outcome == Outcome::Valid ? 1 : 0;
    unknown += outcome == Outcome::Unknown ? 1 : 0;
  }
  for (auto _ : state) {
    for (const auto& document : documents) {
      benchmark::DoNotOptimize(validator->verdict(document.root()));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(documents.size()));
  state.counters["valid"] = static_cast<double>(valid);
  state.counters["unknown"] = static_cast<double>(unknown);
  state.counters["documents"] = static_cast<double>(documents.size());
  state.counters["bytes_per_text_byte"] =
      static_cast<double>(validator->program().bytes()) / static_cast<double>(schema_text.size());
}

[[maybe_unused]] const bool kCorpusIsRegistered = [] {
  const char* folder = std::getenv("FAULTLINE_SCHEMA_BENCH");
  if (folder == nullptr) return false;
  constexpr std::string_view kEnding = ".schema.json";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(kEnding)) continue;
    name.resize(name.size() - kEnding.size());
    benchmark::RegisterBenchmark(
        ("bm_corpus/" + name).c_str(), bm_corpus, read_text(entry.path()),
        read_text(entry.path().parent_path() / (name + ".instances.jsonl")));
  }
  return true;
}();

}  // namespace
}  // namespace faultline::contracts::json_schema
