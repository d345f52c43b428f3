// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/uri.h"
#include "tests/conformance/garden/parsed_request.h"
#include "tests/e2e/process.h"
#include "tests/e2e/temp_folder.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::conformance {

/// How to start one of the garden's servers. They all write down each request they parsed.
struct GardenPlant {
  std::string name;
  std::string package;  // of Debian
  std::string program;
  /// The words behind the program; $PORT and $FOLDER are replaced.
  std::vector<std::string> arguments;
  /// Files of tests/conformance/garden/servers that go into its folder, with the same replaced.
  std::vector<std::string> files;
  /// When the program is a compiler: what it is told first. It makes `echo`, which is the server.
  std::vector<std::string> build{};
};

/// All of them; those with no Debian package of the tests' list last.
[[nodiscard]] std::vector<GardenPlant> garden_plants();

/// A server of other people, on loopback, in a folder of its own. Ended by its pid.
class GardenServer {
 public:
  /// Null when its program is not installed. Fails the test when it is and does not serve.
  [[nodiscard]] static std::unique_ptr<GardenServer> start(const GardenPlant& plant);
  ~GardenServer();
  GardenServer(const GardenServer&) = delete;
  GardenServer& operator=(const GardenServer&) = delete;

  [[nodiscard]] const HostPort& address() const noexcept { return address_; }
  /// What it has parsed since the last call: waits for `count` requests, but not for long.
  [[nodiscard]] std::vector<ParsedRequest> take_parsed(size_t count);

 private:
  GardenServer() = default;
  [[nodiscard]] bool try_start(const GardenPlant& plant, const std::string& program);

  e2e::TempFolder folder_;
  e2e::Process process_;
  HostPort address_;
  size_t lines_taken_ = 0;
};

}  // namespace faultline::conformance
