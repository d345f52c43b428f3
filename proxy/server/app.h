// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/log.h"
#include "proxy/mirror/analysis.h"
#include "proxy/run/run_result.h"
#include "proxy/server/listener_plan.h"
#include "proxy/server/live_stats.h"
#include "proxy/server/stats_collector.h"
#include "proxy/server/worker.h"
#include "rules/scenario.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::server {

/// Numbers for a progress line.
struct Progress {
  Duration elapsed{};
  std::string_view phase;  // empty without a scenario
  uint64_t exchanges = 0;
  uint64_t faults = 0;
  uint64_t findings = 0;
};

/// Hears what a person wants to see. Called on the control thread.
class AppObserver {
 public:
  virtual ~AppObserver() = default;
  virtual void on_phase(std::string_view name, uint32_t index, uint32_t count) = 0;
  virtual void on_progress(const Progress& progress) = 0;
  virtual void on_draining(std::string_view reason) = 0;
  /// Generation 0: refused, and `notes` say why. Otherwise they tell of listeners that came and
  /// went; mostly they are empty.
  virtual void on_reloaded(uint64_t generation, std::string_view notes) = 0;
};

/// Why run() returned.
enum class StopReason : uint8_t {
  Finished,     // the scenario, `run_for` or request_stop()
  Terminated,   // SIGTERM
  Interrupted,  // SIGINT
  DrainCut,     // SIGINT while it drained: open exchanges were cut off
};

/// The proxy: workers, analysis thread, control loop, phases, reload, drain. `main` builds it from
/// parts and owns it; run() blocks the calling thread, which becomes the control thread.
class App final : public StatusSource {
 public:
  struct Options {
    const Clock& clock;
    EventSink& events;
    run::RunState& state;
    AppObserver& observer;
    LoadedConfig loaded;
    bool is_gate_open = false;
    uint64_t seed = 0;
    std::unique_ptr<mirror::Pipeline> pipeline;  // null: mirror off
    std::optional<Duration> run_for;             // --for; otherwise the scenario's length
    Duration drain_timeout = limits::kDrainTimeout;
    Duration progress_every = std::chrono::seconds(10);
    bool handles_signals = true;
    /// What `overload.memory` is compared with.
    std::function<uint64_t()> used_memory = resident_bytes;
    /// The file to watch and how to load it again; nothing when the load failed (already told).
    std::string config_path;
    std::function<std::optional<LoadedConfig>()> reload;
  };
  /// Binds every listener. AddressInUse and the like name the address.
  [[nodiscard]] static Result<std::unique_ptr<App>> create(Options options);
  ~App() override;
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Per listener of the first configuration, in its order: the real addresses.
  [[nodiscard]] const std::vector<HostPort>& addresses() const noexcept { return addresses_; }
  /// The current one, and where its listeners are or were last. On the control thread, and for
  /// everybody while run() does not run.
  [[nodiscard]] const Snapshot& snapshot() const noexcept { return *snapshot_; }
  [[nodiscard]] const HostPort& real_address(size_t listener) const {
    return real_addresses_[listener];
  }
  [[nodiscard]] MonoTime started() const noexcept { return control_.start(); }

  /// Runs until the scenario or `run_for` ends, a signal or request_stop(); drains; joins.
  StopReason run();
  /// Begins the drain. Any thread.
  void request_stop();
  /// Loads the configuration again, as SIGHUP does. Any thread.
  void request_reload();

  /// The loop that run() runs, for what else lives on the control thread. That must be destroyed
  /// before the App.
  [[nodiscard]] io::Loop& control_loop() noexcept { return loop_; }

  // StatusSource: on the control thread, while run() runs.
  [[nodiscard]] Readiness readiness() const noexcept override;
  void collect(std::function<void(const LiveStats&)> on_done) override;

  /// Adds what the run came to. After run().
  void finish_into(run::RunResult& result) const;

 private:
  /// A reload that is on its way to the workers.
  struct AppliedReload {
    uint64_t generation = 0;
    std::string from;  // hashes of the configurations
    std::string to;
    std::string notes;
    size_t workers_left = 0;
  };

  explicit App(Options options);
  [[nodiscard]] Status bind();
  void schedule_phases();
  void enter_phase(uint32_t phase);
  void watch();
  void reload_soon();
  void reload();
  /// What of `next` needs a restart; empty: nothing.
  [[nodiscard]] std::string restart_notes(const rules::Config& next) const;
  /// Binds what the plan opens, a socket for each worker. All or nothing; nothing is served yet.
  [[nodiscard]] Result<std::vector<ListenerChange>> prepare(const ListenerPlan& plan);
  [[nodiscard]] Result<std::vector<io::ListenSocket>> bind_group(const HostPort& address,
                                                                 const ListenerPlan& plan);
  void apply(ListenerPlan plan, std::vector<ListenerChange> changes);
  /// Says so when every worker has taken it: who sends a request after that meets the new rules
  /// and no listener that is about to close.
  void on_taken(AppliedReload& applied);
  void refuse_reload(const std::string& why);
  void on_stop_signal(int signal);
  void begin_drain(std::string_view reason, StopReason why);
  void drain_workers();
  void report_progress();
  /// Compares memory with its limit, and again after a while.
  void look_at_memory();
  void emit(std::string_view kind, std::vector<std::pair<std::string_view, std::string>> fields);
  void account_traffic() const;

  Options options_;
  RunControl control_;
  io::Loop loop_;
  rules::PhaseClock phases_;
  SnapshotPtr snapshot_;
  ProxyShared proxy_shared_;
  std::vector<std::unique_ptr<ListenerShared>> shared_;
  mirror::Doorbell doorbell_;
  std::vector<std::unique_ptr<mirror::Tee>> tees_;
  std::unique_ptr<mirror::Analysis> analysis_;
  std::vector<std::unique_ptr<Worker>> workers_;
  StatsCollector collector_;
  std::vector<HostPort> addresses_;
  std::vector<HostPort> real_addresses_;  // by listener of the run: the last one it had
  std::vector<TimerHandle> timers_;
  std::optional<OverloadGuard> overload_;
  TimerHandle memory_timer_;
  TimerHandle progress_timer_;
  std::vector<std::unique_ptr<io::SignalWatcher>> signals_;
  std::unique_ptr<io::FileWatcher> watcher_;
  TimerHandle grace_timer_;
  size_t draining_workers_ = 0;
  uint64_t reloads_applied_ = 0;
  uint64_t reloads_refused_ = 0;
  bool is_serving_ = false;  // the workers run
  bool is_reload_due_ = false;
  bool is_draining_ = false;
  StopReason stop_reason_ = StopReason::Finished;
};

}  // namespace faultline::server
