// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/corpus/corpus.h"
#include "tests/conformance/garden/garden_server.h"
#include "tests/conformance/http1/corpus_proxy.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include <stdlib.h>

namespace faultline::conformance {

void PrintTo(const ParsedRequest& request, std::ostream* out) {
  *out << request.method << ' ' << request.target << " host " << request.host << " body "
       << request.body;
}

void PrintTo(const GardenPlant& plant, std::ostream* out) { *out << plant.name; }

namespace {

constexpr size_t kServersWanted = 6;

// Legal requests that a server answers by itself, or refuses. It may then say less than was sent,
// but nothing else.
struct Reserved {
  std::string_view server;
  std::string_view name;
  std::string_view why;
};
constexpr Reserved kReserved[] = {
    {"nginx", "options-star", "answers 400"},
    {"lighttpd", "absolute-form", "answers 400 to a target without a path"},
    {"go", "options-star", "answers 200 by itself"},
    {"apache", "options-star", "answers 200 by itself"},
    {"apache", "http10-keep-alive", "closes after an answer of a script to HTTP/1.0"},
};

bool is_reserved(const GardenPlant& plant, const PayloadCase& c) {
  return std::any_of(std::begin(kReserved), std::end(kReserved), [&](const Reserved& entry) {
    return entry.server == plant.name && entry.name == c.name;
  });
}

class Garden : public ::testing::TestWithParam<GardenPlant> {};

TEST_P(Garden, UnderstandsWhatIsForwardedAsItWasMeant) {
  const GardenPlant& plant = GetParam();
  const auto server = GardenServer::start(plant);
  if (!server) GTEST_SKIP() << plant.program << " is not installed (" << plant.package << ")";
  integration::Proxy proxy(corpus_config(), server->address());

  for (const auto& c : load_all({kValidRequests, kFurtherValidRequests})) {
    SCOPED_TRACE(plant.name + ", " + c.name);
    auto client = proxy.connect();
    ASSERT_TRUE(client.send(c.sent));
    client.shutdown_write();
    const auto answers = client.read_to_end();
    const auto meant = read_plainly(c.wanted);
    ASSERT_EQ(meant.size(), static_cast<size_t>(c.messages));

    if (is_reserved(plant, c)) {
      const auto parsed = server->take_parsed(0);
      ASSERT_LE(parsed.size(), meant.size());
      EXPECT_TRUE(std::equal(parsed.begin(), parsed.end(), meant.begin()));
    } else {
      EXPECT_EQ(server->take_parsed(meant.size()), meant) << answers.bytes;
    }
  }
  EXPECT_TRUE(server->take_parsed(0).empty()) << "it understood more than was sent";
}

INSTANTIATE_TEST_SUITE_P(Of, Garden, ::testing::ValuesIn(garden_plants()),
                         [](const auto& plant) { return plant.param.name; });

TEST(GardenSize, IsAtLeastSixServers) {
  const auto plants = garden_plants();
  std::string missing;
  size_t present = 0;
  for (const auto& plant : plants) {
    const bool is_there = e2e::find_program(plant.program).has_value();
    present += is_there ? 1 : 0;
    if (!is_there) missing += " " + plant.package;
  }
  if (present >= kServersWanted) return;
  if (::getenv("CI") == nullptr) GTEST_SKIP() << "missing packages:" << missing;
  ADD_FAILURE() << "only " << present << " servers; missing packages:" << missing;
}

}  // namespace
}  // namespace faultline::conformance
