// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/app.h"
#include "tests/fakes/fake_upstream.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace faultline::integration {

/// Keeps every event, in order of emission.
class RecordingSink final : public EventSink {
 public:
  uint64_t emit(Event event) override;
  /// The value of `field` in each event of that kind, as JSON text.
  [[nodiscard]] std::vector<std::string> fields(std::string_view kind,
                                                std::string_view field) const;
  [[nodiscard]] std::vector<std::string> fault_fields(std::string_view field) const {
    return fields("fault", field);
  }
  [[nodiscard]] std::vector<MonoTime> times() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

/// A real App on loopback, on a thread of its own, from a configuration text. `upstream` replaces
/// $UPSTREAM. The destructor drains and joins.
class Proxy {
 public:
  [[nodiscard]] static const Clock& system_clock();
  /// What lives beside the App on its control loop: made before it runs, destroyed after.
  using Attach = std::function<std::shared_ptr<void>(server::App&)>;
  Proxy(std::string config_text, const HostPort& upstream, bool is_gate_open = true,
        const Attach& attach = nullptr,
        std::function<uint64_t()> used_memory = server::resident_bytes,
        const Clock& clock = system_clock());
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] const HostPort& address() const { return app_->addresses().front(); }
  [[nodiscard]] fakes::RawSocket connect() const { return fakes::RawSocket::connect(address()); }
  [[nodiscard]] const RecordingSink& events() const noexcept { return sink_; }
  /// Drains, joins, and gives the numbers. Once.
  [[nodiscard]] run::RunResult finish();
  /// Begins the drain without waiting for it.
  void begin_stop() { app_->request_stop(); }
  /// The App takes another configuration, later.
  void reload(std::string config_text);
  /// How often it has.
  [[nodiscard]] uint64_t reloads() const;

 private:
  class Listening;
  [[nodiscard]] server::LoadedConfig load(std::string config_text) const;

  const HostPort upstream_;
  std::mutex next_mutex_;
  std::optional<server::LoadedConfig> next_;
  RecordingSink sink_;
  run::RunState state_;
  std::unique_ptr<Listening> observer_;
  std::unique_ptr<server::App> app_;
  std::shared_ptr<void> attached_;
  std::thread thread_;
};

/// For FakeUpstream: sends back what it gets, until the other side ends.
void echo(fakes::RawSocket& socket);
/// How long one byte takes to an echo and back; the test fails when it does not come.
[[nodiscard]] Duration round_trip(fakes::RawSocket& client);

/// What a run counted of one reason.
[[nodiscard]] uint64_t errors_of(const run::RunResult& result, run::ErrorSide side,
                                 std::string_view reason);

/// One HTTP listener "shop" in front of $UPSTREAM with short timeouts, plus `more` (rules, ...).
[[nodiscard]] std::string http_config(std::string_view more = "");

}  // namespace faultline::integration
