// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/hash.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::run {

/// What a complete run folder holds besides manifest.json and journal/; a reader of a folder that
/// was never sealed names those it lacks.
[[nodiscard]] std::vector<std::string> standard_files();

/// How far a run came, as its manifest says.
enum class RunStatus : uint8_t {
  Running,  // never sealed: still going, or killed
  Complete,
  Interrupted,  // sealed, but the run was stopped before its end
};
/// "running", "complete", "interrupted".
[[nodiscard]] std::string_view run_status_name(RunStatus status) noexcept;

struct RunSpec {
  std::string artifacts = "./runs";
  std::string name = "run";  // [A-Za-z0-9._-]{1,64}
  uint64_t seed = 0;
  WallTime started{};
  std::string config_hash{};
  std::vector<std::string> planned = standard_files();
};

/// What seal() adds to what create() knew.
struct SealInfo {
  RunStatus status = RunStatus::Complete;
  int exit_code = 0;
  /// Of DecisionLog; empty when there were no decisions.
  std::string decision_log_hash{};
  uint64_t decisions = 0;
};

/// The folder of one run: `<artifacts>/<UTC time>-<name>-<seed>/`, with `-2`, `-3`.. when that
/// exists. From the start it has a manifest.json with status "running", so that a run that was
/// killed can be told from one that ended; seal() replaces it, last of all files. Thread-safe for
/// different file names.
class RunFolder final {
 public:
  /// InvalidArgument (name), PermissionDenied, DiskFull, IoFailed: the message names the path.
  /// Borrows `crypto`.
  [[nodiscard]] static Result<std::unique_ptr<RunFolder>> create(RunSpec spec,
                                                                 const Crypto& crypto);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// The folder's own name: the id of the run.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string journal_path() const { return path_ + "/journal"; }
  [[nodiscard]] std::string file_path(std::string_view name) const;
  [[nodiscard]] const RunSpec& spec() const noexcept { return spec_; }
  /// The one that digests its files.
  [[nodiscard]] const Crypto& crypto() const noexcept { return crypto_; }

  /// Atomic: readers see the old file or the new one, whole. `name` is a plain file name.
  [[nodiscard]] Status write_file(std::string_view name, const redaction::RedactedText& text);
  /// A file that grows during the run.
  [[nodiscard]] Result<record::AppendFile> open_append(std::string_view name);

  /// Writes manifest.json with the sha256 of every other file. Call it last.
  [[nodiscard]] Status seal(const SealInfo& info);

 private:
  RunFolder(RunSpec spec, const Crypto& crypto, std::string id);
  [[nodiscard]] std::string manifest_text(const SealInfo& info, std::string_view files_json) const;
  [[nodiscard]] Status replace_file(std::string_view name, std::string_view text);

  RunSpec spec_;
  const Crypto& crypto_;
  std::string id_;
  std::string path_;
};

/// What a reader finds in a run folder.
struct Inspection {
  RunStatus status = RunStatus::Running;
  std::string run;
  std::string name;
  uint64_t seed = 0;
  std::string config_hash;
  std::vector<std::string> missing;   // planned or listed, but not there
  std::vector<std::string> changed;   // sha256 differs from the manifest
  std::vector<std::string> unlisted;  // there, but not in the sealed manifest
  [[nodiscard]] bool is_intact() const noexcept {
    return status != RunStatus::Running && missing.empty() && changed.empty() && unlisted.empty();
  }
  /// One sentence for people for each thing that is not as it should be.
  [[nodiscard]] std::vector<std::string> notes() const;
};

/// NotFound without a manifest.json, ParseFailed with the place when it is malformed.
[[nodiscard]] Result<Inspection> inspect_run(const std::string& path, const Crypto& crypto);

}  // namespace faultline::run
