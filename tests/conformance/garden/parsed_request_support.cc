// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/conformance/garden/parsed_request.h"
#include "tests/fakes/wire_message.h"

#include <algorithm>

namespace faultline::conformance {

std::string origin_form(std::string_view target) {
  const size_t scheme_end = target.find("://");
  if (scheme_end != std::string_view::npos && target.front() != '/') {
    const size_t path = std::min(target.find_first_of("/?", scheme_end + 3), target.size());
    target.remove_prefix(path);
  }
  const bool has_path = !target.empty() && target.front() != '?';
  return (has_path ? "" : "/") + std::string(target);
}

std::vector<ParsedRequest> read_plainly(std::string_view bytes) {
  std::vector<ParsedRequest> requests;
  while (!bytes.empty()) {
    const size_t length = fakes::request_length(bytes);
    if (length == fakes::kIncomplete) break;
    const std::string_view message = bytes.substr(0, length);
    const size_t method_end = message.find(' ');
    const size_t target_end = message.find(' ', method_end + 1);
    requests.push_back(
        {std::string(message.substr(0, method_end)),
         origin_form(message.substr(method_end + 1, target_end - method_end - 1)),
         to_lower(
             fakes::field_in(message.substr(0, message.find("\r\n\r\n") + 2), "host").value_or("")),
         fakes::request_content(message)});
    bytes.remove_prefix(length);
  }
  return requests;
}

}  // namespace faultline::conformance
