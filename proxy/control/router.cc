// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/router.h"

#include "proxy/base/uri.h"
#include "proxy/control/replies.h"

#include <algorithm>
#include <array>

namespace faultline::control {
namespace {

struct Path {
  std::string_view path;
  Route route;
};
constexpr std::array kPaths{Path{"/livez", Route::Live}, Path{"/readyz", Route::Ready},
                            Path{"/metrics", Route::Metrics}, Path{"/version", Route::Version}};

}  // namespace

std::variant<Route, http::LocalReply> find_route(std::string_view method, std::string_view target) {
  const std::string_view path = split_target(target).path;
  const auto found = std::find_if(kPaths.begin(), kPaths.end(),
                                  [path](const Path& known) { return known.path == path; });
  if (found == kPaths.end()) {
    return json_error(404, "not_found", "there are /livez, /readyz, /metrics and /version");
  }
  if (method == "GET" || method == "HEAD") return found->route;
  auto reply = json_error(405, "method_not_allowed", "this path is only read: GET or HEAD");
  reply.fields.emplace_back("Allow", "GET, HEAD");
  return reply;
}

}  // namespace faultline::control
