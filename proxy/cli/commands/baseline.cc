// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/cli/baseline_file.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/json/writer.h"
#include "proxy/run/baseline_comparison.h"
#include "proxy/run/findings_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace faultline::cli {
namespace {

/// Works on one baseline file: reads it, changes it by what a run shows, writes it back.
class BaselineCommand {
 public:
  BaselineCommand(const BaselineOptions& options, const Context& context)
      : options_(options),
        terminal_(context.terminal),
        today_(rules::Date::of(context.clock.wall_now())) {}

  int accept();
  int list();
  int prune();

 private:
  int usage(const std::string& message) {
    terminal_.complain("error: " + message);
    return kUsage;
  }
  [[nodiscard]] bool load();
  [[nodiscard]] int save();
  [[nodiscard]] bool is_wanted(const run::Finding& finding) const;
  void accept_finding(const run::Finding& finding, std::optional<rules::Date> expires);
  [[nodiscard]] std::string state_of(const rules::BaselineEntry& entry) const;
  [[nodiscard]] std::string list_json() const;

  const BaselineOptions& options_;
  Terminal& terminal_;
  rules::Date today_;
  rules::Baseline baseline_;
};

bool BaselineCommand::load() {
  auto baseline = load_baseline_file(options_.file, terminal_);
  if (baseline) baseline_ = std::move(*baseline);
  return baseline.has_value();
}

int BaselineCommand::save() {
  if (auto status = save_baseline_file(options_.file, baseline_); !status) {
    terminal_.complain("error: " + status.error().message);
    return kEnvironment;
  }
  return kDone;
}

bool BaselineCommand::is_wanted(const run::Finding& finding) const {
  const auto& wanted = options_.fingerprints;
  if (wanted.empty()) return finding.cause != run::Cause::Injected;
  return std::find(wanted.begin(), wanted.end(), finding.fingerprint) != wanted.end() ||
         std::find(wanted.begin(), wanted.end(), finding.id) != wanted.end();
}

// A finding that is accepted again gets the new reason and the new day.
void BaselineCommand::accept_finding(const run::Finding& finding,
                                     std::optional<rules::Date> expires) {
  rules::BaselineEntry entry = run::baseline_entry(finding);
  entry.reason = options_.reason;
  entry.owner = options_.owner;
  entry.accepted = today_;
  entry.expires = expires;
  if (const auto* known = baseline_.find_accepted(entry.fingerprint); known != nullptr) {
    entry.returns = known->returns;
  } else if (known = baseline_.find_fixed(entry.fingerprint); known != nullptr) {
    entry.returns = known->returns + 1;
  }
  for (auto* entries : {&baseline_.accepted, &baseline_.fixed}) {
    std::erase_if(*entries, [&entry](const rules::BaselineEntry& old) {
      return old.fingerprint == entry.fingerprint;
    });
  }
  baseline_.accepted.push_back(std::move(entry));
}

int BaselineCommand::accept() {
  if (trim(options_.reason).empty()) return usage("--reason: say why these findings may stay");
  std::optional<rules::Date> expires;
  if (!options_.expires.empty()) {
    expires = rules::Date::parse(options_.expires);
    if (!expires) {
      return usage(
          fmt::format("--expires: '{}' is not a day such as 2026-11-21", options_.expires));
    }
    if (*expires < today_) return usage("--expires: " + options_.expires + " has passed");
  }
  std::error_code error;
  if (std::filesystem::exists(options_.file, error) && !load()) return kUsage;
  const auto earlier = run::read_earlier_findings(options_.run);
  if (!earlier) return usage(earlier.error().message);
  std::set<std::string> found;
  for (const run::Finding& finding : earlier->findings) {
    if (!is_wanted(finding)) continue;
    found.insert(finding.fingerprint);
    found.insert(finding.id);
    accept_finding(finding, expires);
  }
  for (const std::string& wanted : options_.fingerprints) {
    if (!found.contains(wanted)) return usage(wanted + " is not a finding of " + options_.run);
  }
  if (const int code = save(); code != kDone) return code;
  terminal_.say(fmt::format("{}: {} accepted", options_.file, baseline_.accepted.size()));
  return kDone;
}

std::string BaselineCommand::state_of(const rules::BaselineEntry& entry) const {
  if (entry.fixed) return "fixed";
  return entry.is_expired(today_) ? "expired" : "accepted";
}

std::string BaselineCommand::list_json() const {
  json::Writer writer;
  writer.begin_object().member("schema_version", 1).member("file", options_.file);
  writer.key("entries").begin_array();
  for (const auto* entries : {&baseline_.accepted, &baseline_.fixed}) {
    for (const rules::BaselineEntry& entry : *entries) {
      writer.begin_object().member("fingerprint", entry.fingerprint);
      writer.member("state", state_of(entry)).member("rule", entry.rule);
      writer.member("operation", entry.operation).member("direction", entry.direction);
      writer.member("where", entry.where).member("reason", entry.reason);
      writer.member("owner", entry.owner).member("accepted", entry.accepted.text());
      writer.member("expires", entry.expires ? entry.expires->text() : std::string());
      writer.member("returns", entry.returns);
      writer.end_object();
    }
  }
  writer.end_array().end_object();
  return writer.take() + "\n";
}

int BaselineCommand::list() {
  if (!load()) return kUsage;
  if (options_.json) {
    terminal_.out(list_json());
    return kDone;
  }
  for (const auto* entries : {&baseline_.accepted, &baseline_.fixed}) {
    for (const rules::BaselineEntry& entry : *entries) {
      terminal_.out(fmt::format("{}  {:<8}  {:<10}  {}  {}  {}  {}\n", entry.fingerprint,
                                state_of(entry), entry.expires ? entry.expires->text() : "-",
                                entry.rule, entry.operation, entry.where, entry.reason));
    }
  }
  return kDone;
}

int BaselineCommand::prune() {
  if (!load()) return kUsage;
  auto earlier = run::read_earlier_findings(options_.run);
  if (!earlier) return usage(earlier.error().message);
  const auto comparison = run::compare_with_baseline(
      baseline_, {earlier->coverage, earlier->left_out > 0}, today_, earlier->findings);
  for (rules::BaselineEntry entry : comparison.fixed) {
    std::erase_if(baseline_.accepted, [&entry](const rules::BaselineEntry& old) {
      return old.fingerprint == entry.fingerprint;
    });
    entry.fixed = today_;
    if (!options_.forget) baseline_.fixed.push_back(std::move(entry));
  }
  if (const int code = save(); code != kDone) return code;
  terminal_.say(fmt::format("{}: {} fixed, {} accepted, {} of them not seen in {}", options_.file,
                            comparison.fixed.size(), baseline_.accepted.size(),
                            comparison.not_seen.size(), options_.run));
  return kDone;
}

}  // namespace

int baseline_command(const BaselineOptions& options, const Context& context) {
  BaselineCommand command(options, context);
  switch (options.verb) {
    case BaselineOptions::Verb::Accept:
      return command.accept();
    case BaselineOptions::Verb::List:
      return command.list();
    case BaselineOptions::Verb::Prune:
      return command.prune();
  }
  return kInternal;
}

}  // namespace faultline::cli
