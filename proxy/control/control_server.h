// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/base/uri.h"
#include "proxy/control/control_connection.h"
#include "proxy/control/metrics_page.h"
#include "proxy/io/loop.h"
#include "proxy/server/live_stats.h"

#include <memory>
#include <unordered_map>

namespace faultline::control {

/// The control port: a small HTTP/1.1 server for probes and scrapers, beside the control loop of a
/// running proxy. It answers GET and HEAD of /livez, /readyz, /metrics and /version and changes
/// nothing. At most limits::kControlConnections connections; further ones are closed at once and
/// counted. Lives on the loop's thread and must be destroyed before the loop and the source.
class ControlServer final : private ControlDesk {
 public:
  struct Options {
    io::Loop& loop;
    server::StatusSource& source;
    HostPort listen;  // port 0 lets the system choose
  };
  /// Binds; connections are taken when the loop runs. AddressInUse, PermissionDenied or
  /// InvalidArgument name the address.
  [[nodiscard]] static Result<std::unique_ptr<ControlServer>> open(const Options& options);
  ~ControlServer() override;
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// The real one.
  [[nodiscard]] HostPort address() const { return listener_->address(); }

 private:
  explicit ControlServer(const Options& options);
  void on_accept(std::unique_ptr<io::Stream> stream);

  // ControlDesk
  [[nodiscard]] Reach reach() const noexcept override { return reach_; }
  void answer(ControlConnection& connection, Route route, AnswerCallback done) override;
  void on_refused(std::string_view reason) override { ++counts_.refused[std::string(reason)]; }
  void on_connection_over(ControlConnection& connection) override;
  void answer_metrics(ControlConnection& connection, AnswerCallback done);

  io::Loop& loop_;
  server::StatusSource& source_;
  Reach reach_ = Reach::Loopback;
  ControlCounts counts_;
  std::unordered_map<ControlConnection*, std::unique_ptr<ControlConnection>> connections_;
  // Those that wait for the counters of the workers, with what answers them.
  std::unordered_map<ControlConnection*, AnswerCallback> waiting_;
  // Shared with callbacks that the source still holds when this is gone: they look before they
  // call.
  std::shared_ptr<ControlServer*> self_;
  std::unique_ptr<io::Listener> listener_;
};

}  // namespace faultline::control
