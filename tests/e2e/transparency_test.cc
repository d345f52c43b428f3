// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

namespace faultline::e2e {
namespace {

// The server writes the time of its answer: the only bytes that may differ between two requests.
std::string without_date(const std::string& text) {
  constexpr std::string_view kName = "\r\nDate: ";
  std::string result;
  size_t begin = 0;
  for (size_t at = text.find(kName); at != std::string::npos; at = text.find(kName, begin)) {
    result += text.substr(begin, at + kName.size() - begin);
    begin = text.find("\r\n", at + 2);
  }
  return result + text.substr(begin);
}

struct Exchange {
  const char* name;
  const char* path;
  std::vector<std::string> options;
};

const std::vector<Exchange>& exchanges() {
  static const std::vector<Exchange> kExchanges{
      {"a JSON answer", "/items", {}},
      {"a query", "/items?contact=a%20b&x=1;2", {}},
      {"HEAD", "/items", {"--head"}},
      {"not found", "/nowhere", {}},
      {"a range", "/large", {"--range", "100-199"}},
      {"not modified", "/items", {"-H", "If-Modified-Since: Fri, 31 Dec 2099 23:59:59 GMT"}},
      {"a body of megabytes", "/large", {}},
      {"a posted body", "/checkout", {"--data", R"({"card_number":"1","email":"a"})"}},
      {"a posted body in chunks",
       "/checkout",
       {"-H", "Transfer-Encoding: chunked", "--data", "x=1"}},
      {"a method nginx refuses", "/items", {"--request", "DELETE"}},
      {"HTTP/1.0", "/items", {"--http1.0"}},
      {"Connection: close", "/items", {"-H", "Connection: close"}},
  };
  return kExchanges;
}

void expect_identical(const Nginx& nginx, const Faultline& faultline) {
  for (const auto& exchange : exchanges()) {
    SCOPED_TRACE(exchange.name);
    const std::string direct = curl({nginx.url(exchange.path)}, exchange.options);
    const std::string through = curl({faultline.url(exchange.path)}, exchange.options);
    ASSERT_FALSE(direct.empty());
    EXPECT_EQ(without_date(through), without_date(direct));
  }
}

TEST(Transparency, AnswersAreByteIdenticalWithoutRules) {
  const Nginx nginx;
  Faultline faultline({"--upstream", nginx.url()});

  expect_identical(nginx, faultline);

  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Transparency, AnswersAreByteIdenticalBehindAClosedGate) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: late, fault: { latency: { fixed: 30s } } }
  - name: broken
    match: { path: /items }
    fault: { schema_drift: { mutate: remove, pointer: /0/id } }
  - { name: gone, fault: { drop: { how: reset } } }
mirror: { mode: off }
)"));
  Faultline faultline({"-c", config}, /*is_gate_open=*/false);
  EXPECT_NE(faultline.process().errors().find("gate closed"), std::string::npos)
      << faultline.process().errors();

  expect_identical(nginx, faultline);

  EXPECT_EQ(faultline.stop(), 0);
  EXPECT_EQ(read_events(faultline.folder(), "fault").size(), 0U);
}

TEST(Transparency, AnswersAreByteIdenticalWhileNoRuleMatches) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: elsewhere, match: { path: /somewhere/:else }, fault: { drop: { how: reset } } }
  - { name: never, match: { path: /items }, fault: { abort: { status: 500 } }, chance: 0% }
report: { fail_on: none }
)"));
  Faultline faultline({"-c", config});

  expect_identical(nginx, faultline);

  EXPECT_EQ(faultline.stop(), 0);
  EXPECT_EQ(read_events(faultline.folder(), "fault").size(), 0U);
}

TEST(Transparency, OneConnectionCarriesManyExchanges) {
  const Nginx nginx;
  Faultline faultline({"--upstream", nginx.url()});
  const std::vector<std::string> paths(20, faultline.url("/items"));
  const std::vector<std::string> direct_paths(20, nginx.url("/items"));

  const std::string through = curl(paths);

  EXPECT_EQ(without_date(through), without_date(curl(direct_paths)));
  EXPECT_EQ(faultline.stop(), 0);
  const auto accounting = read_accounting(faultline.folder());
  EXPECT_EQ(accounting.seen, 40U);
  EXPECT_EQ(accounting.skipped, 40U) << "no contract: nothing to check";
}

TEST(Transparency, SaysWhereItListensBeforeAnyTraffic) {
  const Nginx nginx;

  Faultline faultline({"--upstream", nginx.url()});

  EXPECT_NE(faultline.address().port, 0);
  EXPECT_NE(faultline.process().errors().find("listening upstream http://" +
                                              format_host_port(faultline.address()) +
                                              " -> http://" + nginx.address()),
            std::string::npos)
      << faultline.process().errors();
  EXPECT_EQ(faultline.stop(), 0);
}

}  // namespace
}  // namespace faultline::e2e
