// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/bowtie.h"

#include "contracts/json_schema/validator.h"
#include "proxy/json/writer.h"
#include "proxy/run/environment.h"

#include <array>
#include <memory>
#include <utility>

namespace faultline::cli {

namespace engine = contracts::json_schema;

namespace {

constexpr int kProtocolVersion = 1;
// The protocol wants addresses. There is no public one yet, and RFC 2606 reserves a name that says
// so.
constexpr std::string_view kHomepage = "https://faultline.invalid";
constexpr std::array kDialects = {engine::Dialect::Draft2020, engine::Dialect::Draft2019,
                                  engine::Dialect::Draft7, engine::Dialect::Draft6,
                                  engine::Dialect::Draft4};

/// As the metaschemas spell their own URIs: those of the older drafts end with a '#'.
std::string spelled_uri(engine::Dialect dialect) {
  const std::string uri(uri_of(dialect));
  return dialect <= engine::Dialect::Draft7 ? uri + "#" : uri;
}

std::string_view text_of(json::Value object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

void write_error(json::Writer& writer, const std::string& message) {
  writer.member("errored", true).key("context").begin_object();
  writer.member("message", message).end_object();
}

void write_result(json::Writer& writer, const engine::Validator& validator, json::Value instance) {
  writer.begin_object();
  const engine::Outcome outcome = validator.verdict(instance);
  if (outcome == engine::Outcome::Unknown) {
    engine::Report report;
    validator.collect(instance, report);
    std::string message = "unverifiable:";
    for (const auto& [reason, count] : report.unverifiable) message += " " + reason;
    writer.member("skipped", true).member("message", message);
  } else {
    writer.member("valid", outcome == engine::Outcome::Valid);
  }
  writer.end_object();
}

std::string messages_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.severity != DiagnosticSeverity::Error) continue;
    text += (text.empty() ? "" : "; ") + diagnostic.message;
  }
  return text;
}

}  // namespace

std::optional<std::string> BowtieHarness::give_up(std::string problem) {
  problem_ = std::move(problem);
  has_stopped_ = true;
  return std::nullopt;
}

std::optional<std::string> BowtieHarness::answer(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
  // An instance that is too deep for a verdict is no reason to end the dialogue.
  const auto document = json::Document::parse(line, {.depth_max = json::kDepthCeiling});
  if (!document || !document->root().is_object()) return give_up("the line is no JSON object");
  const json::Value command = document->root();
  const std::string_view name = text_of(command, "cmd");
  if (name == "start") return start(command);
  if (!has_started_) return give_up("'" + std::string(name) + "' came before 'start'");
  if (name == "dialect") return set_dialect(command);
  if (name == "run") return run(line, command);
  if (name != "stop") return give_up("unknown command '" + std::string(name) + "'");
  has_stopped_ = true;
  return std::nullopt;
}

std::optional<std::string> BowtieHarness::start(json::Value command) {
  const auto version = command.find("version");
  if (!version || !version->is_number() || version->as_int64() != kProtocolVersion) {
    return give_up("only version 1 of the protocol is spoken here");
  }
  has_started_ = true;
  json::Writer writer;
  writer.begin_object().member("version", kProtocolVersion).key("implementation").begin_object();
  writer.member("language", "c++").member("name", "faultline");
  writer.member("version", run::faultline_version());
  writer.member("homepage", kHomepage);
  writer.member("issues", std::string(kHomepage) + "/issues").member("source", kHomepage);
  writer.key("dialects").begin_array();
  for (const engine::Dialect dialect : kDialects) writer.value(spelled_uri(dialect));
  return writer.end_array().end_object().end_object().take();
}

std::optional<std::string> BowtieHarness::set_dialect(json::Value command) {
  const auto dialect = engine::dialect_of_uri(text_of(command, "dialect"));
  if (dialect) dialect_ = *dialect;
  return json::Writer().begin_object().member("ok", dialect.has_value()).end_object().take();
}

std::optional<std::string> BowtieHarness::run(std::string_view line, json::Value command) {
  const auto seq = command.find("seq");
  const auto test_case = command.find("case");
  const auto schema = test_case ? test_case->find("schema") : std::nullopt;
  const auto tests = test_case ? test_case->find("tests") : std::nullopt;
  if (!seq || !schema || !tests || !tests->is_array()) {
    return give_up("'run' needs 'seq' and a 'case' with a 'schema' and a list of 'tests'");
  }
  const auto written = [line](json::Value value) {
    return std::string(line.substr(value.span().offset, value.span().length));
  };
  json::Writer writer;
  writer.begin_object().key("seq").raw(written(*seq));

  engine::Registry registry;
  if (const auto documents = test_case->find("registry")) {
    for (const json::Member& member : documents->members()) {
      const auto status = registry.add_json(member.name(), written(member.value));
      if (!status) return give_up(status.error().message);
    }
  }
  // The schema as a text of its own: the line does not outlive this call, nor need it.
  auto loaded = engine::load_document("schema.json", written(*schema));
  if (!loaded.document) {
    write_error(writer, messages_of(loaded.diagnostics));
    return writer.end_object().take();
  }
  engine::CompileOptions options;
  options.dialect = dialect_;
  options.registry = &registry;
  const auto compiled = engine::Validator::load(*loaded.document, options);
  if (!compiled.validator) {
    write_error(writer, messages_of(compiled.diagnostics));
    return writer.end_object().take();
  }
  writer.key("results").begin_array();
  for (const json::Value test : tests->elements()) {
    const auto instance = test.find("instance");
    if (!instance) return give_up("a test needs an 'instance'");
    write_result(writer, *compiled.validator, *instance);
  }
  return writer.end_array().end_object().take();
}

}  // namespace faultline::cli
