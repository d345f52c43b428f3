// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/cli/cli.h"
#include "proxy/cli/run_session.h"
#include "proxy/control/control_server.h"
#include "proxy/run/run_result.h"
#include "proxy/run/verdict.h"
#include "proxy/server/app.h"
#include "rules/gate.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::cli {

/// The gate as the proxy asks for it and as the run folder tells of it.
struct GateDecision {
  rules::GateState state;
  run::GateInfo info;
};
/// `environment` empty: not given.
[[nodiscard]] GateDecision decide_gate(const rules::GateConfig& config,
                                       const std::optional<std::string>& flag_value,
                                       const std::string& environment);

/// `listening shop http://127.0.0.1:18080 -> http://127.0.0.1:8080`. Programs wait for this line.
[[nodiscard]] std::string listening_line(const rules::ListenerConfig& listener,
                                         const HostPort& address);

/// One live run, from the bound listeners to the verdict: what `run` and `demo` share. Open, serve,
/// conclude, in this order, on one thread.
class LiveRun {
 public:
  struct Spec {
    server::LoadedConfig loaded;
    GateDecision gate;
    server::AppObserver& observer;
    std::optional<Duration> run_for{};
    Duration drain_timeout = limits::kDrainTimeout;
    Duration progress_every = std::chrono::seconds(10);
    std::string config_path{};  // watched; empty: nothing to watch
    std::function<std::optional<server::LoadedConfig>()> reload{};
  };
  struct Outcome {
    run::RunResult result;
    run::Verdict verdict;
  };

  /// Makes the run folder and binds every listener; the folder is gone again when that fails. The
  /// message names the folder or the address.
  [[nodiscard]] static Result<std::unique_ptr<LiveRun>> open(const Context& context, Spec spec);

  [[nodiscard]] const std::vector<HostPort>& addresses() const noexcept {
    return app_->addresses();
  }
  /// The control port's real address, when there is one.
  [[nodiscard]] std::optional<HostPort> control_address() const {
    return control_ ? std::optional(control_->address()) : std::nullopt;
  }
  /// The run folder's path.
  [[nodiscard]] const std::string& folder() { return session_->folder().path(); }

  /// Blocks until the run is over and drained.
  server::StopReason serve();
  /// Writes the reports, scans and seals the folder.
  [[nodiscard]] Result<Outcome> conclude();

 private:
  LiveRun(const Context& context, Spec spec) : context_(context), spec_(std::move(spec)) {}
  [[nodiscard]] Status bind();
  void describe(run::RunResult& result) const;
  [[nodiscard]] run::RunEnd end_of_run() const;

  Context context_;
  Spec spec_;
  std::unique_ptr<RunSession> session_;
  std::unique_ptr<server::App> app_;                 // borrows from session_
  std::unique_ptr<control::ControlServer> control_;  // on the loop of app_
  server::StopReason stop_reason_ = server::StopReason::Finished;
};

}  // namespace faultline::cli
