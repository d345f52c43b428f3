// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/yaml/document.h"
#include "rules/baseline.h"
#include "rules/load_context.h"

#include <algorithm>
#include <map>
#include <utility>

namespace faultline::rules {
namespace {

constexpr std::string_view kVersionCode = "FL0101";
constexpr std::string_view kTypeCode = "FL0102";
constexpr std::string_view kMissingCode = "FL0103";
constexpr std::string_view kUnknownKeyCode = "FL0104";
constexpr std::string_view kUnknownWordCode = "FL0105";
constexpr std::string_view kFormCode = "FL0106";
constexpr std::string_view kTwiceCode = "FL0108";

constexpr size_t kFingerprintDigits = 16;

bool is_fingerprint(std::string_view text) {
  return text.size() == kFingerprintDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return is_ascii_digit(c) || (c >= 'a' && c <= 'f');
         });
}

/// Reads the mappings of one file; every complaint has its place.
class BaselineReader {
 public:
  explicit BaselineReader(LoadContext& context) : context_(context) {}

  Baseline read(json::Value root) {
    Baseline baseline;
    if (!is_mapping(root, "the file")) return baseline;
    check_keys(root, {"version", "fingerprint_version", "accepted", "fixed"});
    check_version(root, "version", 1);
    check_version(root, "fingerprint_version", kBaselineFingerprintVersion);
    baseline.accepted = read_list(root, "accepted", false);
    baseline.fixed = read_list(root, "fixed", true);
    return baseline;
  }

 private:
  bool is_mapping(json::Value value, std::string_view what) {
    if (value.is_object()) return true;
    context_.error(kTypeCode, value.span(), std::string(what) + " is not a mapping");
    return false;
  }

  void check_keys(json::Value object, const std::vector<std::string_view>& known) {
    for (const json::Member& member : object.members()) {
      if (std::find(known.begin(), known.end(), member.name()) != known.end()) continue;
      auto& problem = context_.error(kUnknownKeyCode, member.key.span(),
                                     "unknown key '" + std::string(member.name()) + "'");
      problem.notes.push_back("keys are " + joined(known));
      suggest(problem, member.name(), known);
    }
  }

  void check_version(json::Value root, std::string_view key, int64_t want) {
    const auto value = root.find(key);
    if (!value) {
      context_.error(kMissingCode, root.span(), "missing key '" + std::string(key) + "'");
      return;
    }
    const auto number = value->is_number() ? value->as_int64() : std::nullopt;
    if (number == want) return;
    context_.error(kVersionCode, value->span(),
                   std::string(key) + " is not " + std::to_string(want),
                   "this program knows " + std::to_string(want));
  }

  std::vector<BaselineEntry> read_list(json::Value root, std::string_view key, bool is_fixed) {
    std::vector<BaselineEntry> entries;
    const auto list = root.find(key);
    if (!list || list->is_null()) return entries;
    if (!list->is_array()) {
      context_.error(kTypeCode, list->span(), "'" + std::string(key) + "' is not a list");
      return entries;
    }
    for (const json::Value element : list->elements()) {
      if (is_mapping(element, "an entry")) entries.push_back(read_entry(element, is_fixed));
    }
    return entries;
  }

  BaselineEntry read_entry(json::Value object, bool is_fixed) {
    std::vector<std::string_view> known{"fingerprint", "rule",   "operation", "direction",
                                        "where",       "reason", "owner",     "accepted",
                                        "expires",     "returns"};
    if (is_fixed) known.push_back("fixed");
    check_keys(object, known);
    BaselineEntry entry;
    entry.fingerprint = read_fingerprint(object);
    entry.rule = text(object, "rule", true);
    entry.operation = text(object, "operation", false);
    entry.direction = read_direction(object);
    entry.where = text(object, "where", false);
    entry.reason = text(object, "reason", true);
    entry.owner = text(object, "owner", false);
    entry.accepted = date(object, "accepted", true).value_or(Date{});
    entry.expires = date(object, "expires", false);
    entry.returns = count(object, "returns");
    if (is_fixed) entry.fixed = date(object, "fixed", true);
    return entry;
  }

  std::string text(json::Value object, std::string_view key, bool is_required) {
    const auto value = object.find(key);
    if (value && value->is_string() && (!is_required || !trim(value->string()).empty())) {
      return std::string(value->string());
    }
    if (value) {
      context_.error(kTypeCode, value->span(),
                     "'" + std::string(key) + "' is not a text" +
                         (is_required && value->is_string() ? " with a word in it" : ""));
    } else if (is_required) {
      context_.error(kMissingCode, object.span(), "missing key '" + std::string(key) + "'");
    }
    return {};
  }

  uint32_t count(json::Value object, std::string_view key) {
    const auto value = object.find(key);
    if (!value) return 0;
    const auto number = value->is_number() ? value->as_int64() : std::nullopt;
    if (number && *number >= 0 && *number <= INT32_MAX) return static_cast<uint32_t>(*number);
    context_.error(kTypeCode, value->span(), "'" + std::string(key) + "' is not a count");
    return 0;
  }

  std::string read_fingerprint(json::Value object) {
    std::string fingerprint = text(object, "fingerprint", true);
    if (fingerprint.empty()) return fingerprint;
    const SourceSpan span = object.find("fingerprint")->span();
    if (!is_fingerprint(fingerprint)) {
      context_.error(kFormCode, span, "a fingerprint is 16 lower-case hex digits");
    } else if (const auto [at, is_first] = seen_.emplace(fingerprint, span); !is_first) {
      auto& problem = context_.error(kTwiceCode, span, "the fingerprint stands here twice");
      problem.secondary.push_back({at->second, "first here"});
    }
    return fingerprint;
  }

  std::string read_direction(json::Value object) {
    std::string direction = text(object, "direction", true);
    if (direction.empty() || direction == "request" || direction == "response") return direction;
    context_.error(kUnknownWordCode, object.find("direction")->span(),
                   "a direction is request or response");
    return direction;
  }

  std::optional<Date> date(json::Value object, std::string_view key, bool is_required) {
    const std::string written = text(object, key, is_required);
    if (written.empty()) return std::nullopt;
    const auto read = Date::parse(written);
    if (!read) {
      context_.error(kFormCode, object.find(key)->span(),
                     "'" + written + "' is not a day such as 2026-11-21");
    }
    return read;
  }

  LoadContext& context_;
  std::map<std::string, SourceSpan> seen_;
};

}  // namespace

BaselineLoad load_baseline(const SourceFilePtr& file) {
  BaselineLoad load;
  auto document = yaml::load(file);
  if (!document) {
    load.diagnostics = std::move(document.error());
    return load;
  }
  const EnvironmentLookup no_environment = [](std::string_view) {
    return std::optional<std::string>();
  };
  LoadContext context(file, no_environment);
  Baseline baseline = BaselineReader(context).read(document->root());
  const bool is_bad = context.has_errors();
  load.diagnostics = context.take_diagnostics();
  if (!is_bad) load.baseline = std::move(baseline);
  return load;
}

}  // namespace faultline::rules
