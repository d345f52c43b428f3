// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/files.h"

#include "proxy/base/limits.h"
#include "rules/canonical.h"
#include "rules/config_loader.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

namespace faultline::cli {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const noexcept {
    if (file != stdin) std::fclose(file);
  }
};

tl::unexpected<Error> file_error(const std::string& path, int error) {
  const auto code = error == ENOENT   ? ErrorCode::NotFound
                    : error == EACCES ? ErrorCode::PermissionDenied
                                      : ErrorCode::IoFailed;
  return fail(code,
              fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
}

/// A symbolic link must not lead out of the folder either.
Result<std::string> read_below(const std::filesystem::path& folder, const std::string& below) {
  std::error_code error;
  const auto root = std::filesystem::weakly_canonical(folder, error);
  const auto file = std::filesystem::weakly_canonical(folder / below, error);
  const auto relative = file.lexically_relative(root);
  if (error || relative.empty() || *relative.begin() == "..") {
    return fail(ErrorCode::PermissionDenied, "it is outside the contract's folder");
  }
  return read_file(file.string(), limits::kContractBytes);
}

}  // namespace

Result<std::string> read_file(const std::string& path, size_t bytes_max) {
  std::unique_ptr<std::FILE, FileCloser> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return file_error(path, errno);
  std::string text;
  char buffer[64 * 1024];
  while (true) {
    const size_t count = std::fread(buffer, 1, sizeof buffer, file.get());
    if (count == 0) break;
    text.append(buffer, count);
    if (text.size() > bytes_max) {
      return fail(ErrorCode::LimitExceeded,
                  fmt::format("{} is larger than {} bytes", path, bytes_max));
    }
  }
  if (std::ferror(file.get()) != 0) return file_error(path, errno == 0 ? EIO : errno);
  return text;
}

Status append_to_file(const std::string& path, std::string_view text) {
  std::FILE* const file = std::fopen(path.c_str(), "abe");
  const bool is_written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool is_closed = file != nullptr && std::fclose(file) == 0;
  if (is_written && is_closed) return {};
  return fail(ErrorCode::IoFailed, fmt::format("cannot write {}", path));
}

contracts::LoadOptions contract_options(const std::string& path) {
  contracts::LoadOptions options;
  if (path == "-") return options;
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return options;
  options.absolute_path = absolute.string();
  options.read_file = [folder = absolute.parent_path()](const std::string& below) {
    return read_below(folder, below);
  };
  return options;
}

std::shared_ptr<const contracts::Contract> load_contract(const std::string& path,
                                                         std::vector<Diagnostic>& diagnostics) {
  auto text = read_file(path, limits::kContractBytes);
  if (!text) {
    Diagnostic problem;
    problem.code = "FL4000";
    problem.message = text.error().message;
    diagnostics.push_back(std::move(problem));
    return nullptr;
  }
  auto loaded = contracts::load_openapi(path, std::move(*text), contract_options(path));
  for (auto& diagnostic : loaded.diagnostics) diagnostics.push_back(std::move(diagnostic));
  return std::move(loaded.contract);
}

std::optional<server::LoadedConfig> load_contracts(rules::Config config,
                                                   const SourceFilePtr& config_file,
                                                   std::vector<Diagnostic>& diagnostics) {
  server::LoadedConfig loaded;
  // A contract that several listeners name is loaded once.
  std::map<std::string, std::shared_ptr<const contracts::Contract>> by_path;
  bool is_complete = true;
  for (const auto& listener : config.listeners) {
    auto set = std::make_shared<contracts::ContractSet>();
    for (const auto& reference : listener.contracts) {
      const auto [entry, is_new] = by_path.try_emplace(reference.resolved_path);
      if (is_new) {
        const size_t before = diagnostics.size();
        entry->second = load_contract(reference.resolved_path, diagnostics);
        if (!entry->second && diagnostics.size() > before && !diagnostics.back().file) {
          diagnostics.back().file = config_file;
          diagnostics.back().span = reference.span;
          diagnostics.back().label = "named here";
        }
      }
      if (entry->second) {
        set->add(entry->second);
      } else {
        is_complete = false;
      }
    }
    loaded.contracts.push_back(std::move(set));
  }
  if (!is_complete) return std::nullopt;
  loaded.config = std::make_shared<const rules::Config>(std::move(config));
  return loaded;
}

Result<LoadedFile> load_config_file(const std::string& path, const Terminal& terminal) {
  FL_TRY(auto text, read_file(path, limits::kConfigBytes));
  LoadedFile loaded;
  loaded.file =
      std::make_shared<const SourceFile>(path == "-" ? "<standard input>" : path, std::move(text));
  auto outcome = rules::load_config(
      loaded.file, [&](std::string_view name) { return terminal.environment(std::string(name)); });
  loaded.config = std::move(outcome.config);
  loaded.diagnostics = std::move(outcome.diagnostics);
  return loaded;
}

bool has_error(const std::vector<Diagnostic>& diagnostics) {
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.severity == DiagnosticSeverity::Error) return true;
  }
  return false;
}

}  // namespace faultline::cli
