// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/control_server.h"

#include "proxy/base/limits.h"
#include "proxy/control/replies.h"
#include "proxy/run/environment.h"

#include <utility>

namespace faultline::control {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

http::LocalReply ready_reply(server::Readiness readiness) {
  switch (readiness) {
    case server::Readiness::Starting:
      return make_reply(503, kPlainText, "starting\n");
    case server::Readiness::Ready:
      return make_reply(200, kPlainText, "ready\n");
    case server::Readiness::Draining:
      return make_reply(503, kPlainText, "draining\n");
  }
  return make_reply(503, kPlainText, "starting\n");
}

}  // namespace

ControlServer::ControlServer(const Options& options)
    : loop_(options.loop),
      source_(options.source),
      reach_(is_loopback_host(options.listen.host) ? Reach::Loopback : Reach::Anywhere),
      self_(std::make_shared<ControlServer*>(this)) {}

ControlServer::~ControlServer() { *self_ = nullptr; }

Result<std::unique_ptr<ControlServer>> ControlServer::open(const Options& options) {
  std::unique_ptr<ControlServer> server(new ControlServer(options));
  auto listener = options.loop.listen(
      options.listen,
      [raw = server.get()](std::unique_ptr<io::Stream> stream) {
        raw->on_accept(std::move(stream));
      },
      false);
  if (!listener) return fail(std::move(listener.error()));
  server->listener_ = std::move(*listener);
  return server;
}

void ControlServer::on_accept(std::unique_ptr<io::Stream> stream) {
  if (connections_.size() >= limits::kControlConnections) {
    ++counts_.connections_refused;
    return;  // destroying an unstarted stream closes it
  }
  ++counts_.connections_accepted;
  ControlDesk& desk = *this;
  auto connection =
      std::make_unique<ControlConnection>(loop_, loop_.blocks(), desk, std::move(stream));
  ControlConnection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
}

void ControlServer::on_connection_over(ControlConnection& connection) {
  waiting_.erase(&connection);
  const auto found = connections_.find(&connection);
  if (found == connections_.end()) return;
  defer_delete(loop_, std::move(found->second));
  connections_.erase(found);
}

void ControlServer::answer(ControlConnection& connection, Route route, AnswerCallback done) {
  switch (route) {
    case Route::Live:
      return done(make_reply(200, kPlainText, "ok\n"));
    case Route::Ready:
      return done(ready_reply(source_.readiness()));
    case Route::Version:
      return done(make_reply(200, "application/json", run::build_versions_json() + "\n"));
    case Route::Metrics:
      return answer_metrics(connection, std::move(done));
  }
}

void ControlServer::answer_metrics(ControlConnection& connection, AnswerCallback done) {
  waiting_.insert_or_assign(&connection, std::move(done));
  source_.collect([self = self_, key = &connection](const server::LiveStats& stats) {
    ControlServer* const server = *self;
    if (server == nullptr) return;
    // The client may be gone; its connection took the callback with it. A newcomer at the same
    // address that waits as well gets the same numbers.
    const auto node = server->waiting_.extract(key);
    if (node.empty()) return;
    node.mapped()(make_reply(200, kMetricsMediaType,
                             metrics_page({.stats = stats,
                                           .control = server->counts_,
                                           .process = read_process_info(),
                                           .versions = run::build_versions()})));
  });
}

}  // namespace faultline::control
