// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/files.h"
#include "rules/canonical.h"
#include "rules/schema.h"

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

namespace faultline::cli {
namespace {

std::string render(const std::vector<Diagnostic>& diagnostics, const std::string& format,
                   bool color) {
  if (format == "text") return render_diagnostics(diagnostics, color);
  std::string text;
  if (format == "json") {
    for (const auto& diagnostic : diagnostics) {
      text += (text.empty() ? "[" : ",") + render_diagnostic_json(diagnostic);
    }
    return (text.empty() ? "[" : text) + "]\n";
  }
  for (const auto& diagnostic : diagnostics) text += render_diagnostic_short(diagnostic) + "\n";
  return text;
}

int init(const ConfigOptions& options, Terminal& terminal) {
  if (options.path.empty() || options.path == "-") {
    terminal.out(rules::config_template());
    return kDone;
  }
  if (std::filesystem::exists(options.path)) {
    terminal.complain(fmt::format("error: {} exists already; nothing was changed", options.path));
    return kUsage;
  }
  std::FILE* const file = std::fopen(options.path.c_str(), "wbx");
  if (file == nullptr) {
    terminal.complain(fmt::format("error: cannot write {}", options.path));
    return kEnvironment;
  }
  const std::string text = rules::config_template();
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) {
    terminal.complain(fmt::format("error: cannot write {}", options.path));
    return kEnvironment;
  }
  terminal.say(
      fmt::format("wrote {}\nnext: faultline config validate {}", options.path, options.path));
  return kDone;
}

int inspect(const ConfigOptions& options, Terminal& terminal) {
  auto file = load_config_file(options.path, terminal);
  if (!file) {
    terminal.complain("error: " + file.error().message);
    return kUsage;
  }
  auto diagnostics = std::move(file->diagnostics);
  std::string shown;
  if (file->config) {
    shown = rules::canonical_yaml(*file->config, rules::CanonicalUse::Artifact);
    static_cast<void>(load_contracts(std::move(*file->config), file->file, diagnostics));
  }
  const bool is_bad = has_error(diagnostics) || shown.empty();
  const std::string text = render(diagnostics, options.format, terminal.has_color());
  if (options.format == "text") {
    if (!diagnostics.empty()) terminal.print_problems(text);
  } else if (options.verb == ConfigOptions::Verb::Validate) {
    terminal.out(text);
  }
  if (is_bad) return kUsage;
  if (options.verb == ConfigOptions::Verb::Show) {
    terminal.out(shown);
  } else if (options.format == "text") {
    terminal.say(fmt::format("{}: ok", options.path));
  }
  return kDone;
}

}  // namespace

int config_command(const ConfigOptions& options, const Context& context) {
  switch (options.verb) {
    case ConfigOptions::Verb::Init:
      return init(options, context.terminal);
    case ConfigOptions::Verb::Schema:
      context.terminal.out(rules::config_json_schema());
      return kDone;
    case ConfigOptions::Verb::Validate:
    case ConfigOptions::Verb::Show:
      return inspect(options, context.terminal);
  }
  return kInternal;
}

}  // namespace faultline::cli
