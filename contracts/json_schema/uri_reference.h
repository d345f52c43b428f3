// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <string_view>

namespace faultline::contracts::json_schema {

/// The parts of a URI reference (RFC 3986 section 3), raw, borrowed. `has_*` tells an empty part
/// from one that is not there.
struct UriParts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
  bool has_scheme = false;
  bool has_authority = false;
  bool has_query = false;
  bool has_fragment = false;
};

/// Never fails: every text has such parts (RFC 3986 appendix B).
[[nodiscard]] UriParts split_uri(std::string_view text) noexcept;

/// The reference taken against the base (RFC 3986 section 5.2), its fragment kept. A base that is
/// not absolute is merged all the same, so that documents without a URI can refer to each other.
[[nodiscard]] std::string resolve_uri(std::string_view base, std::string_view reference);

/// Without the fragment and its '#'.
[[nodiscard]] std::string_view without_fragment(std::string_view uri) noexcept;

}  // namespace faultline::contracts::json_schema
