// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/cli/cli.h"
#include "proxy/mirror/pipeline.h"
#include "proxy/record/access_log.h"
#include "proxy/record/journal.h"
#include "proxy/record/trace_log.h"
#include "proxy/run/events.h"
#include "proxy/run/run_folder.h"
#include "proxy/run/run_result.h"
#include "proxy/run/run_state.h"
#include "proxy/run/verdict.h"
#include "redaction/verify_echo.h"
#include "rules/config.h"

#include <memory>
#include <string>
#include <vector>

namespace faultline::cli {

/// The evidence of one run, from the folder's first file to its seal: what `run` and `check` share.
class RunSession {
 public:
  struct Spec {
    std::string artifacts;
    rules::Config config;  // resolved; its hash is the run's
    run::GateInfo gate;
    std::string mode = "run";
    bool has_journal = true;
    bool has_events = true;
    bool has_access_log = false;
    bool has_traces = false;
  };
  /// IoFailed, PermissionDenied, DiskFull: nothing could be written there.
  [[nodiscard]] static Result<std::unique_ptr<RunSession>> open(const Context& context, Spec spec);
  RunSession(const RunSession&) = delete;
  RunSession& operator=(const RunSession&) = delete;
  ~RunSession();

  [[nodiscard]] run::RunFolder& folder() noexcept { return *folder_; }
  [[nodiscard]] EventSink& events() noexcept { return *events_; }
  [[nodiscard]] run::RunState& state() noexcept { return state_; }
  /// A pipeline that writes into this run. Its redactor shares the run's key.
  [[nodiscard]] Result<std::unique_ptr<mirror::Pipeline>> make_pipeline();
  /// A redactor with the run's key.
  [[nodiscard]] Result<std::unique_ptr<redaction::Redactor>> make_redactor() const;
  /// Deletes the folder: the run could not begin.
  void discard();

  /// Closes events and journal, writes the reports, scans the folder, seals it. Fills in what it
  /// knows of `result`. The exit code is the verdict's.
  [[nodiscard]] Result<run::Verdict> finish(run::RunResult& result);

 private:
  RunSession(const Context& context, Spec spec)
      : context_(context), spec_(std::move(spec)), state_(spec_.config.run.seed) {}
  [[nodiscard]] Status open_files();
  [[nodiscard]] Status open_traces();
  /// Closes what the analysis wrote and says how much of it there is.
  void close_files(run::RunResult& result);
  [[nodiscard]] Status write_fixed_files();
  [[nodiscard]] Status prove(run::RunResult& result);

  Context context_;
  Spec spec_;
  std::string key_;                            // of the redactor: made for this run, never written
  std::unique_ptr<redaction::EchoBook> echo_;  // what the redactors below replaced
  std::unique_ptr<run::RunFolder> folder_;
  std::unique_ptr<run::EventLog> events_;
  std::unique_ptr<record::JournalWriter> journal_;
  std::unique_ptr<record::AccessLogWriter> access_log_;  // only when it is asked for
  std::unique_ptr<record::TraceWriter> traces_;          // likewise
  run::RunState state_;
};

/// The closing lines for people: verdict, counts, accounting, paths.
[[nodiscard]] std::string closing_text(const run::RunResult& result, const run::Verdict& verdict,
                                       const std::string& folder);

/// The same for programs: one JSON object in one line.
[[nodiscard]] std::string closing_json(const run::RunResult& result, const run::Verdict& verdict,
                                       const std::string& folder);

}  // namespace faultline::cli
