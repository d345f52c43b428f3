// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/uri_reference.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <cstddef>

namespace faultline::contracts::json_schema {
namespace {

bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && is_ascii_alpha(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_ascii_alpha(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
         });
}

/// RFC 3986 section 5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  const auto drop_last_segment = [&out] {
    const size_t slash = out.rfind('/');
    out.resize(slash == std::string::npos ? 0 : slash);
  };
  while (!path.empty()) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./") || path.starts_with("/./")) {
      path.remove_prefix(2);
    } else if (path == "/.") {
      path = "/";
    } else if (path.starts_with("/../")) {
      path.remove_prefix(3);
      drop_last_segment();
    } else if (path == "/..") {
      path = "/";
      drop_last_segment();
    } else if (path == "." || path == "..") {
      path = {};
    } else {
      const size_t end = std::min(path.find('/', 1), path.size());
      out += path.substr(0, end);
      path.remove_prefix(end);
    }
  }
  return out;
}

/// RFC 3986 section 5.2.3.
std::string merge_paths(const UriParts& base, std::string_view path) {
  if (base.has_authority && base.path.empty()) return "/" + std::string(path);
  const size_t slash = base.path.rfind('/');
  if (slash == std::string_view::npos) return std::string(path);
  return std::string(base.path.substr(0, slash + 1)) + std::string(path);
}

}  // namespace

std::string_view without_fragment(std::string_view uri) noexcept {
  return uri.substr(0, uri.find('#'));
}

UriParts split_uri(std::string_view text) noexcept {
  UriParts parts;
  const size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    parts.has_fragment = true;
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  const size_t question = text.find('?');
  if (question != std::string_view::npos) {
    parts.has_query = true;
    parts.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    parts.has_scheme = true;
    parts.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    parts.has_authority = true;
    const size_t end = std::min(text.find('/', 2), text.size());
    parts.authority = text.substr(2, end - 2);
    text.remove_prefix(end);
  }
  parts.path = text;
  return parts;
}

std::string resolve_uri(std::string_view base_text, std::string_view reference) {
  const UriParts base = split_uri(base_text);
  const UriParts ref = split_uri(reference);
  UriParts target = ref;
  std::string path;
  if (ref.has_scheme || ref.has_authority) {
    // "urn:a:b" has no segments to remove.
    path = ref.path.starts_with('/') ? remove_dot_segments(ref.path) : std::string(ref.path);
  } else if (ref.path.empty()) {
    path = base.path;
    if (!ref.has_query) {
      target.query = base.query;
      target.has_query = base.has_query;
    }
  } else {
    path = remove_dot_segments(ref.path.starts_with('/') ? std::string(ref.path)
                                                         : merge_paths(base, ref.path));
  }
  if (!ref.has_scheme && !ref.has_authority) {
    target.authority = base.authority;
    target.has_authority = base.has_authority;
  }
  if (!ref.has_scheme) {
    target.scheme = base.scheme;
    target.has_scheme = base.has_scheme;
  }
  std::string uri;
  if (target.has_scheme) uri += std::string(target.scheme) + ":";
  if (target.has_authority) uri += "//" + std::string(target.authority);
  uri += path;
  if (target.has_query) uri += "?" + std::string(target.query);
  if (target.has_fragment) uri += "#" + std::string(target.fragment);
  return uri;
}

}  // namespace faultline::contracts::json_schema
