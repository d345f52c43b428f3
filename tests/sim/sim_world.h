// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/mirror/tee.h"
#include "proxy/server/run_control.h"
#include "tests/sim/client_actor.h"
#include "tests/sim/ledger.h"
#include "tests/sim/scenario.h"
#include "tests/sim/server_actor.h"
#include "tests/sim/sim_reactor.h"
#include "tests/sim/sim_stream.h"
#include "tests/sim/sim_worker.h"
#include "tests/sim/tcp_actors.h"
#include "tests/sim/trace.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace faultline::sim {

/// What a run came to.
struct Verdict {
  std::string problem;  // empty: every invariant held, after every turn and at the end
  uint64_t trace_hash = 0;
  uint64_t turns = 0;
  uint64_t exchanges = 0;
  uint64_t passed_through = 0;  // answers that came byte for byte as planned
  uint64_t faults = 0;
};

/// A worker of the real server code between simulated clients and servers. One thread, no socket,
/// no wall clock: the scenario and its seed decide everything.
class SimWorld {
 public:
  explicit SimWorld(Scenario scenario, bool is_printed = false);
  ~SimWorld();
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;

  /// `steps` turns of traffic, then the end: drain, or silence until every wait has run out.
  [[nodiscard]] Verdict run(size_t steps);

 private:
  void start_client();
  void start_later();
  [[nodiscard]] std::unique_ptr<io::Connector> dial(const HostPort& address, Duration timeout,
                                                    io::Reactor::ConnectCallback on_done);
  [[nodiscard]] std::unique_ptr<io::Stream> open_server(const HostPort& address);
  [[nodiscard]] std::unique_ptr<SimStream> make_stream(std::shared_ptr<SimLink> link,
                                                       ErrorSource source);
  void reload();
  void drain();
  void analyse();
  void check_capture(const mirror::CapturedExchange& capture);
  void check_turn();
  void check_accounting(bool is_end);
  /// One turn with its checks. False when nothing is left to happen.
  bool turn();
  void freeze();
  void finish();
  [[nodiscard]] bool is_sound() const noexcept { return ledger_.problem().empty(); }
  void check_all_gone();

  Scenario scenario_;
  fakes::Draws draws_;
  SimReactor reactor_;
  Trace trace_;
  Ledger ledger_;
  server::RunControl control_;
  mirror::Doorbell doorbell_;
  std::unique_ptr<mirror::Tee> tee_;
  std::unique_ptr<SimWorker> worker_;
  std::vector<std::unique_ptr<ClientActor>> clients_;
  std::vector<std::unique_ptr<TcpClientActor>> tcp_clients_;
  std::vector<std::unique_ptr<ServerActor>> servers_;
  std::vector<std::unique_ptr<EchoActor>> echoes_;
  uint64_t http_connections_ = 0;
  uint64_t tcp_connections_ = 0;
  uint64_t server_links_ = 0;
  uint64_t streams_ = 0;
  size_t open_streams_ = 0;
  size_t next_config_ = 0;
  uint64_t turns_ = 0;
  uint64_t passed_through_ = 0;
  bool is_ending_ = false;
};

}  // namespace faultline::sim
