// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/hints.h"

#include "contracts/avro/sensitive_places.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace faultline::mirror {
namespace {

using contracts::SensitivePlace;
using redaction::Hint;
using redaction::NameKind;

NameKind kind_of(const SensitivePlace& place) {
  return place.is_pii ? NameKind::Pii : NameKind::Secret;
}

// What a parameter of the path is marked as, or what its name says.
NameKind kind_of_segment(std::string_view name, const std::vector<const SensitivePlace*>& places) {
  for (const SensitivePlace* place : places) {
    if (place->in == SensitivePlace::In::Path && place->name == name) return kind_of(*place);
  }
  const NameKind kind = redaction::classify_name(name);
  return kind == NameKind::Secret || kind == NameKind::Pii ? kind : NameKind::None;
}

void add_segments(std::string_view operation, const std::vector<const SensitivePlace*>& places,
                  redaction::Hints& hints) {
  const size_t slash = operation.find('/');
  if (slash == std::string_view::npos || operation.find('{') == std::string_view::npos) return;
  const auto segments = split(operation.substr(slash + 1), '/');
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string_view segment = segments[i];
    if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}') continue;
    Hint hint;
    hint.in = Hint::In::PathSegment;
    hint.name = segment.substr(1, segment.size() - 2);
    hint.kind = kind_of_segment(hint.name, places);
    hint.segment = segments.size() - 1 - i;
    if (hint.kind != NameKind::None) hints.push_back(std::move(hint));
  }
}

}  // namespace

redaction::Hints hints_of(const contracts::ContractSet& contracts, std::string_view operation,
                          Direction direction) {
  redaction::Hints hints;
  if (operation.empty()) return hints;
  const auto places = contracts.sensitive_places(operation, direction);
  add_segments(operation, places, hints);
  for (const SensitivePlace* place : places) {
    Hint hint;
    hint.name = place->name;
    hint.pointer = place->pointer;
    hint.kind = kind_of(*place);
    switch (place->in) {
      case SensitivePlace::In::Path:
        continue;
      case SensitivePlace::In::Query:
        hint.in = Hint::In::Query;
        break;
      case SensitivePlace::In::Header:
        hint.in = Hint::In::Field;
        break;
      case SensitivePlace::In::Cookie:
        hint.in = Hint::In::Cookie;
        break;
      case SensitivePlace::In::Body:
        hint.in = Hint::In::Body;
        break;
    }
    hints.push_back(std::move(hint));
  }
  return hints;
}

redaction::Hints hints_of(const contracts::avro::Schema& schema, redaction::Hint::In in) {
  redaction::Hints hints;
  for (SensitivePlace& place : contracts::avro::sensitive_places(schema)) {
    hints.push_back({.in = in, .pointer = std::move(place.pointer), .kind = kind_of(place)});
  }
  return hints;
}

}  // namespace faultline::mirror
