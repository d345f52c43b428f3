// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/router.h"

#include <gtest/gtest.h>

#include <array>

namespace faultline::control {
namespace {

int status_of(std::string_view method, std::string_view target) {
  const auto found = find_route(method, target);
  const auto* reply = std::get_if<http::LocalReply>(&found);
  return reply == nullptr ? 200 : reply->status;
}

TEST(Router, KnowsItsFourPaths) {
  EXPECT_EQ(std::get<Route>(find_route("GET", "/livez")), Route::Live);
  EXPECT_EQ(std::get<Route>(find_route("HEAD", "/readyz")), Route::Ready);
  EXPECT_EQ(std::get<Route>(find_route("GET", "/metrics?name[]=a")), Route::Metrics);
  EXPECT_EQ(std::get<Route>(find_route("GET", "http://127.0.0.1/version")), Route::Version);
}

TEST(Router, AnswersWhatItDoesNotKnow) {
  for (const std::string_view path :
       {"/", "/livez/", "/Livez", "//livez", "/livez%00", "/../livez", "*", "/metricsx"}) {
    EXPECT_EQ(status_of("GET", path), 404) << path;
    EXPECT_EQ(status_of("POST", path), 404) << path;
  }
  for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"}) {
    EXPECT_EQ(status_of(method, "/metrics"), 405) << method;
  }
}

TEST(Router, NamesTheAllowedVerbs) {
  const auto found = find_route("DELETE", "/livez");

  const auto& reply = std::get<http::LocalReply>(found);
  const std::pair<std::string, std::string> allow{"Allow", "GET, HEAD"};
  EXPECT_EQ(std::count(reply.fields.begin(), reply.fields.end(), allow), 1);
  EXPECT_EQ(reply.body,
            "{\"error\":{\"code\":\"method_not_allowed\","
            "\"message\":\"this path is only read: GET or HEAD\"}}\n");
}

}  // namespace
}  // namespace faultline::control
