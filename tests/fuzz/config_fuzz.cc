// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Whatever the file says: loading it ends. Without an error there is a configuration, with one
// there is none; every complaint points into the file and can be shown in each form; and a
// configuration that was accepted compiles, and loads back from its canonical form unchanged.
#include "rules/canonical.h"
#include "rules/config_loader.h"
#include "rules/matcher.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using faultline::Diagnostic;
using faultline::DiagnosticSeverity;
using faultline::SourceFile;
namespace rules = faultline::rules;

void require(bool holds) {
  if (!holds) std::abort();
}

rules::LoadOutcome load(std::string text) {
  return rules::load_config(
      std::make_shared<const SourceFile>("fuzz/faultline.yaml", std::move(text)),
      [](std::string_view name) -> std::optional<std::string> {
        if (name == "SET") return "value";
        return std::nullopt;
      });
}

void require_shown(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.file) {
      const size_t size = diagnostic.file->text().size();
      require(diagnostic.span.offset <= size);
      require(diagnostic.span.length <= size - diagnostic.span.offset);
    }
    require(!faultline::render_diagnostic_short(diagnostic).empty());
    require(!faultline::render_diagnostic_json(diagnostic).empty());
  }
  require(diagnostics.empty() || !faultline::render_diagnostics(diagnostics).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 8192;
  if (size > kSizeMax) return 0;
  const auto outcome = load(std::string(data, data + size));
  const bool has_error =
      std::any_of(outcome.diagnostics.begin(), outcome.diagnostics.end(),
                  [](const auto& each) { return each.severity == DiagnosticSeverity::Error; });

  require(outcome.config.has_value() != has_error);
  require_shown(outcome.diagnostics);
  if (!outcome.config) return 0;

  const auto config = std::make_shared<const rules::Config>(*outcome.config);
  for (uint32_t i = 0; i < config->listeners.size(); ++i) {
    const rules::CompiledRules compiled(config, i);
    require(!config->rules.empty() || compiled.empty());
  }
  const std::string canonical = rules::canonical_yaml(*config);
  const auto again = load(canonical);
  require(again.config.has_value());
  require(rules::canonical_yaml(*again.config) == canonical);
  require(again.config->hash == config->hash);
  return 0;
}
