// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/redaction_hints.h"

#include "contracts/avro/schema.h"
#include "proxy/base/diagnostic.h"
#include "proxy/cli/files.h"
#include "proxy/mirror/hints.h"

#include <utility>

namespace faultline::cli {

std::optional<redaction::Hints> load_hints(const std::string& path, Terminal& terminal) {
  auto text = read_file(path, contracts::avro::kSchemaBytes);
  if (!text) {
    terminal.complain("error: " + text.error().message);
    return std::nullopt;
  }
  const auto loaded = contracts::avro::load_schema(path, std::move(*text));
  if (!loaded.diagnostics.empty()) {
    terminal.print_problems(render_diagnostics(loaded.diagnostics, terminal.has_color()));
  }
  if (!loaded.schema) return std::nullopt;
  auto hints = mirror::hints_of(*loaded.schema, redaction::Hint::In::Body);
  if (hints.empty()) terminal.complain("note: " + path + " marks nothing as personal or secret");
  return hints;
}

}  // namespace faultline::cli
