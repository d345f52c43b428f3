// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/diagnostic.h"
#include "proxy/base/text.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "proxy/cli/http_text.h"
#include "proxy/cli/redaction_hints.h"
#include "proxy/cli/redaction_policy.h"
#include "proxy/json/tape.h"
#include "proxy/json/writer.h"
#include "proxy/record/har.h"
#include "redaction/classes.h"
#include "redaction/verify.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

// `faultline redact`: the redactor on its own, and the proof that nothing slipped through.
namespace faultline::cli {
namespace {

using redaction::Mark;
using redaction::Redactor;
using redaction::TextFormat;

constexpr size_t kTextBytes = 512UL * 1024 * 1024;
constexpr size_t kKeyBytes = 32;
constexpr size_t kKeyBytesMin = 16;
constexpr size_t kCanaryFileBytes = 1024UL * 1024;
constexpr size_t kCanaryBytesMin = 8;
constexpr size_t kLeaksShown = 20;

class RedactCommand {
 public:
  RedactCommand(const RedactOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  int execute();

 private:
  int usage(const std::string& message) {
    terminal_.complain("error: " + message);
    return kUsage;
  }
  [[nodiscard]] int load_policy();
  [[nodiscard]] int load_contract();
  [[nodiscard]] int make_redactor();
  [[nodiscard]] std::optional<TextFormat> format_of(std::string_view text, std::string& problem);
  [[nodiscard]] std::optional<HttpText> http_of(std::string_view text) const;
  int filter();
  int explain();
  int verify();
  void list_classes();
  void print_marks(const std::vector<Mark>& marks, const SourceFile& file, bool has_lines);
  void print_leaks(const redaction::Proof& proof);

  const RedactOptions& options_;
  const Context& context_;
  Terminal& terminal_;
  rules::RedactionConfig config_;
  std::optional<redaction::Hints> hints_;  // of --contract
  std::unique_ptr<Redactor> redactor_;
};

int RedactCommand::load_policy() {
  if (options_.config_path.empty()) return kDone;
  auto file = load_config_file(options_.config_path, terminal_);
  if (!file) return usage(file.error().message);
  if (!file->diagnostics.empty()) {
    terminal_.print_problems(render_diagnostics(file->diagnostics, terminal_.has_color()));
  }
  if (!file->config) return kUsage;
  config_ = std::move(file->config->redaction);
  return kDone;
}

// A contract that cannot count is an error: whoever names one relies on it.
int RedactCommand::load_contract() {
  if (options_.contract.empty()) return kDone;
  const std::string& format = options_.format;
  if (format != "auto" && format != "json" && format != "ndjson") {
    return usage("--contract is for JSON and NDJSON, not for --format " + format);
  }
  if (options_.contract == "-" && options_.path == "-") {
    return usage("--contract and the text cannot both be standard input");
  }
  hints_ = load_hints(options_.contract, terminal_);
  return hints_ ? kDone : kUsage;
}

int RedactCommand::make_redactor() {
  std::string key = context_.crypto.random_bytes(kKeyBytes);
  if (!options_.key_file.empty()) {
    auto text = read_file(options_.key_file, kCanaryFileBytes);
    if (!text) return usage(text.error().message);
    if (text->size() < kKeyBytesMin) {
      return usage(fmt::format("{} holds less than {} bytes", options_.key_file, kKeyBytesMin));
    }
    key = std::move(*text);
  }
  auto redactor = Redactor::create(to_policy(config_), context_.crypto, key);
  if (!redactor) return usage(redactor.error().message);
  redactor_ = std::move(*redactor);
  return kDone;
}

// What is wrong with lines of JSON.
std::string problem_of_lines(std::string_view text) {
  size_t number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    const bool is_blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    if (!is_blank && !json::Document::parse(line)) {
      return fmt::format("not JSON in line {}", number);
    }
  }
  return {};
}

// With a contract: a document or lines. What is wrong with a text that is neither is told of lines
// only if it begins as they do, with a whole value in its first.
std::string problem_of_values(std::string_view text) {
  const auto document = json::Document::parse(text);
  if (document) {
    return record::looks_like_har(text) ? "a HAR file, whose bodies are values of --contract: give "
                                          "it the bodies (--format json takes it as plain JSON)"
                                        : "";
  }
  const size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const std::string_view line = text.substr(first, text.find('\n', first) - first);
  if (line.empty() || json::Document::parse(line)) return problem_of_lines(text);
  return "not JSON: " + document.error().message;
}

// A text that is not what it is said to be is not guessed at.
std::optional<TextFormat> RedactCommand::format_of(std::string_view text, std::string& problem) {
  if (options_.format == "auto" && hints_) {
    problem = problem_of_values(text);
  } else if (options_.format == "auto") {
    const bool is_har = record::looks_like_har(text) && json::Document::parse(text).has_value();
    return is_har ? TextFormat::Har : TextFormat::Auto;
  }
  if (options_.format == "json" || options_.format == "har") {
    const auto document = json::Document::parse(text);
    if (!document) problem = "not JSON: " + document.error().message;
  } else if (options_.format == "ndjson") {
    problem = problem_of_lines(text);
  }
  if (!problem.empty()) return std::nullopt;
  return options_.format == "har" ? TextFormat::Har : TextFormat::Auto;
}

std::optional<HttpText> RedactCommand::http_of(std::string_view text) const {
  if (options_.format != "http" && (options_.format != "auto" || hints_)) return std::nullopt;
  return HttpText::parse(text);
}

int RedactCommand::filter() {
  const auto text = read_file("-", kTextBytes);
  if (!text) return usage(text.error().message);
  if (const auto message = http_of(*text)) {
    const auto redacted = redactor_->redact(message->view());
    if (redacted.body_outcome() == redaction::BodyOutcome::Dropped) {
      terminal_.complain("note: the body was dropped: " + redacted.drop_reason());
    }
    terminal_.out(HttpText::write(redacted));
    return kDone;
  }
  std::string problem = options_.format == "http" ? "not an HTTP message" : "";
  const auto format = problem.empty() ? format_of(*text, problem) : std::nullopt;
  if (!format) return usage("standard input is " + problem);
  const auto redacted =
      redactor_->redact_document(*text, *format, hints_.value_or(redaction::Hints()));
  terminal_.out(redacted.view());
  return kDone;
}

std::string place_text(const redaction::Place& place) {
  std::string text(redaction::part_name(place.part));
  if (!place.name.empty()) text += " " + place.name;
  if (!place.path.empty()) text += " " + place.path;
  return text;
}

void RedactCommand::print_marks(const std::vector<Mark>& marks, const SourceFile& file,
                                bool has_lines) {
  json::Writer json;
  json.begin_object().member("file", file.name()).key("replaced").begin_array();
  for (const Mark& mark : marks) {
    const SourcePosition at = file.position(has_lines ? mark.offset : 0);
    if (options_.json) {
      json.begin_object();
      if (has_lines) json.member("line", at.line).member("column", at.column);
      json.member("class", mark.class_id).member("rule", redaction::rule_name(mark.rule));
      json.member("place", place_text(mark.place));
      json.member("operator", redaction::operator_name(mark.op)).end_object();
      continue;
    }
    const std::string front =
        has_lines ? fmt::format("{}:{}:{}: ", file.name(), at.line, at.column) : file.name() + ": ";
    terminal_.out(fmt::format("{}{}  by {}  at {}  {}\n", front, mark.class_id,
                              redaction::rule_name(mark.rule), place_text(mark.place),
                              redaction::operator_name(mark.op)));
  }
  if (options_.json) {
    terminal_.out(json.end_array().end_object().take() + "\n");
  } else if (marks.empty()) {
    terminal_.say(file.name() + ": nothing to replace");
  }
}

int RedactCommand::explain() {
  auto text = read_file(options_.path, kTextBytes);
  if (!text) return usage(text.error().message);
  const SourceFile file(options_.path == "-" ? "<standard input>" : options_.path,
                        std::move(*text));
  if (const auto message = http_of(file.text())) {
    print_marks(redactor_->explain(message->view()), file, false);
    return kDone;
  }
  std::string problem = options_.format == "http" ? "not an HTTP message" : "";
  const auto format = problem.empty() ? format_of(file.text(), problem) : std::nullopt;
  if (!format) return usage(file.name() + " is " + problem);
  print_marks(redactor_->explain(file.text(), *format, hints_.value_or(redaction::Hints())), file,
              true);
  return kDone;
}

void RedactCommand::print_leaks(const redaction::Proof& proof) {
  for (size_t i = 0; i < proof.leaks.size() && i < kLeaksShown; ++i) {
    const auto& leak = proof.leaks[i];
    terminal_.complain(fmt::format("leak: {} at byte {}: {} ({})", leak.file, leak.offset,
                                   leak.detector, leak.encoding));
  }
  if (proof.leak_count > kLeaksShown) {
    terminal_.complain(fmt::format("and {} more", proof.leak_count - kLeaksShown));
  }
  if (!proof.negative_control_ok) terminal_.complain("the scan missed what was planted in it");
  terminal_.say(fmt::format("{} files, {} bytes, {} canaries: {}", proof.files, proof.bytes,
                            proof.canaries, proof.is_clean() ? "clean" : "NOT CLEAN"));
}

int RedactCommand::verify() {
  std::vector<std::string> canaries = config_.canaries;
  canaries.insert(canaries.end(), config_.known.begin(), config_.known.end());
  if (!options_.canary_file.empty()) {
    const auto text = read_file(options_.canary_file, kCanaryFileBytes);
    if (!text) return usage(text.error().message);
    for (const auto line : split(*text, '\n')) {
      const std::string_view canary = trim(line.substr(0, line.find('\r')));
      if (canary.empty()) continue;
      if (canary.size() < kCanaryBytesMin) {
        return usage(fmt::format("{}: a canary must have {} bytes or more", options_.canary_file,
                                 kCanaryBytesMin));
      }
      canaries.emplace_back(canary);
    }
  }
  std::error_code error;
  if (!std::filesystem::is_directory(options_.path, error)) {
    return usage(fmt::format("{} is no folder", options_.path));
  }
  const auto proof = redaction::verify_folder(options_.path, canaries);
  if (!proof) {
    terminal_.complain("error: " + proof.error().message);
    return kEnvironment;
  }
  print_leaks(*proof);
  if (options_.json) terminal_.out(redaction::proof_json(*proof));
  return proof->is_clean() ? kDone : kRedactionLeak;
}

void RedactCommand::list_classes() {
  json::Writer json(json::Writer::Layout::Pretty);
  json.begin_array();
  size_t width = 0;
  for (const auto& info : redaction::kClasses) width = std::max(width, info.id.size());
  for (const auto& info : redaction::kClasses) {
    if (options_.json) {
      json.begin_object().member("id", info.id).member("tag", info.tag);
      json.member("joins", info.domain).end_object();
    } else {
      terminal_.out(fmt::format("{:<{}}  {:<12} {}\n", info.id, width, info.tag, info.domain));
    }
  }
  if (options_.json) terminal_.out(json.end_array().take() + "\n");
}

int RedactCommand::execute() {
  using Verb = RedactOptions::Verb;
  if (!options_.contract.empty() &&
      (options_.verb == Verb::Classes || options_.verb == Verb::Verify)) {
    return usage(std::string("--contract has no part in redact ") +
                 (options_.verb == Verb::Verify ? "verify" : "classes"));
  }
  if (options_.verb == Verb::Classes) {
    list_classes();
    return kDone;
  }
  if (const int code = load_policy(); code != kDone) return code;
  if (options_.verb == Verb::Verify) return verify();
  if (const int code = load_contract(); code != kDone) return code;
  if (const int code = make_redactor(); code != kDone) return code;
  return options_.verb == Verb::Explain ? explain() : filter();
}

}  // namespace

int redact_command(const RedactOptions& options, const Context& context) {
  return RedactCommand(options, context).execute();
}

}  // namespace faultline::cli
