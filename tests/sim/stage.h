// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/run_control.h"
#include "tests/sim/sim_peer.h"
#include "tests/sim/sim_stream.h"
#include "tests/sim/sim_worker.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::sim {

/// A worker with the listeners "http" (0) and "tcp" (1) between peers that the caller scripts: the
/// small world of single stories, where SimWorld is that of the swarm.
class Stage {
 public:
  /// Gets the far end of every connection to the server.
  using OnServer = std::function<void(std::shared_ptr<SimLink> link)>;

  struct Setting {
    std::string_view rules{};      // the part of the configuration behind the listeners
    std::string_view http_keys{};  // of the listener "http": "min_rate: {..}"
  };
  /// `seed` is that of the network, the rules decide by one of their own.
  Stage(const Setting& setting, const LinkShape& shape, OnServer on_server, uint64_t seed = 1);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// A new client connection; the caller holds its far end.
  [[nodiscard]] std::unique_ptr<SimPeer> connect(PeerEvents& events, ReadPace pace,
                                                 uint32_t listener = 0);
  /// Lets simulated time pass.
  void run_for(Duration span);
  /// The worker takes the same rules as a new generation.
  void reload();
  /// The worker takes another configuration.
  void reload(const Setting& setting);
  /// A reload takes the listener out; what it has may go on for `deadline`. reload() brings it
  /// back.
  void retire(Duration deadline);
  /// Drains, waits for the end, and says what is wrong: sessions that outlive their waits, things
  /// that are left, books that do not balance. Empty when nothing is. The caller's peers must be
  /// gone or closed.
  [[nodiscard]] std::string finish();

  [[nodiscard]] SimReactor& reactor() noexcept { return reactor_; }
  [[nodiscard]] SimWorker& worker() noexcept { return *worker_; }

 private:
  class Events;
  [[nodiscard]] std::shared_ptr<SimLink> make_link();
  [[nodiscard]] std::unique_ptr<io::Stream> make_stream(std::shared_ptr<SimLink> link,
                                                        ErrorSource source);
  [[nodiscard]] server::SnapshotPtr make_snapshot(server::SnapshotPtr previous,
                                                  bool is_retired = false) const;

  fakes::Draws draws_;
  SimReactor reactor_;
  LinkShape shape_;
  OnServer on_server_;
  server::RunControl control_;
  std::unique_ptr<EventSink> events_;
  std::shared_ptr<const rules::Config> config_;  // shared with the snapshots
  size_t open_streams_ = 0;
  std::unique_ptr<SimWorker> worker_;
};

}  // namespace faultline::sim
