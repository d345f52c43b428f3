// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// A listener that a reload adds and one of the workers can not open.
#include "tests/integration/proxy_support.h"
#include "tests/resources/failing_calls.h"

#include <gtest/gtest.h>

#include <thread>

namespace faultline::resources {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using integration::errors_of;
using integration::Proxy;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

bool is_served(RawSocket client) {
  return client.send("GET / HTTP/1.1\r\nHost: x.test\r\n\r\n") &&
         client.read(kOk.size()).bytes == kOk;
}

std::string two_workers() {
  std::string config = integration::http_config();
  config.replace(config.find("workers: 1"), 10, "workers: 2");
  return config;
}

void reload_and_wait(Proxy& proxy, std::string config) {
  const uint64_t before = proxy.reloads();
  proxy.reload(std::move(config));
  while (proxy.reloads() == before) std::this_thread::yield();
}

TEST(Listeners, OneThatAWorkerCannotOpenIsServedByTheOthersAndCanBeTakenOutAgain) {
  FakeUpstream upstream(fakes::answer_each_head_with(std::string(kOk)));
  FailingCalls calls;
  Proxy proxy(two_workers(), upstream.address());
  std::string both = two_workers();
  both.insert(both.find("mirror:"),
              "  - { name: mall, listen: '127.0.0.1:0', upstream: 'http://$UPSTREAM' }\n");

  calls.refuse_a_listener(proxy.address().port);
  reload_and_wait(proxy, both);
  const std::string told = proxy.events().fields("listener", "address").back();
  const HostPort mall = *parse_host_port(std::string_view(told).substr(1, told.size() - 2));
  // What the kernel had given to the socket of the first is lost with it; then all go to the other.
  for (int in_a_row = 0; in_a_row < 20;) {
    in_a_row = is_served(RawSocket::connect(mall)) ? in_a_row + 1 : 0;
  }
  reload_and_wait(proxy, two_workers());

  while (RawSocket::connect(mall).is_open()) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(is_served(proxy.connect()));
  EXPECT_EQ(errors_of(proxy.finish(), run::ErrorSide::Proxy, "accept"), 1U);
}

}  // namespace
}  // namespace faultline::resources
