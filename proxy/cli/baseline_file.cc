// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/baseline_file.h"

#include "proxy/base/limits.h"
#include "proxy/cli/files.h"
#include "proxy/record/append_file.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace faultline::cli {

std::optional<rules::Baseline> load_baseline_file(const std::string& path, Terminal& terminal) {
  auto text = read_file(path, limits::kConfigBytes);
  if (!text) {
    terminal.complain("error: " + text.error().message);
    return std::nullopt;
  }
  auto load = rules::load_baseline(std::make_shared<const SourceFile>(path, std::move(*text)));
  if (!load.diagnostics.empty()) {
    terminal.print_problems(render_diagnostics(load.diagnostics, terminal.has_color()));
  }
  return std::move(load.baseline);
}

Status save_baseline_file(const std::string& path, const rules::Baseline& baseline) {
  const std::string temporary = path + ".part";
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);  // of an attempt that failed
  FL_TRY(auto file, record::AppendFile::create(temporary));
  Status done = file.write(rules::baseline_yaml(baseline));
  if (done) done = file.sync();
  if (done) done = file.close();
  std::error_code error;
  if (done) std::filesystem::rename(temporary, path, error);
  if (done && error) done = fail(record::io_error("write", path, error.value()));
  if (!done) std::filesystem::remove(temporary, ignored);
  return done;
}

}  // namespace faultline::cli
