// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/yaml/document.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::yaml {

enum class EventKind : uint8_t {
  Scalar,
  Alias,
  MappingStart,
  MappingEnd,
  SequenceStart,
  SequenceEnd,
};

/// What an explicit tag asks of a scalar.
enum class ScalarTag : uint8_t { None, Text, Core };

inline constexpr uint32_t kNoTarget = UINT32_MAX;

struct Event {
  EventKind kind = EventKind::Scalar;
  ScalarTag tag = ScalarTag::None;
  bool is_plain = true;       // not quoted, not a block scalar
  std::string_view text;      // scalar or alias name; borrows the source or EventList::texts
  SourceSpan span;            // quotes included; a start's covers its opening token
  uint32_t link = kNoTarget;  // start: index of its end; alias: index of the anchored node
};

/// The document as libfyaml saw it, in order, aliases tied to their anchors.
struct EventList {
  std::vector<Event> events;
  std::deque<std::string> texts;  // decoded texts that differ from the source
};

/// Scans and parses. Complaints go to `diagnostics`; the list is usable only when none was added.
[[nodiscard]] EventList read_events(const SourceFilePtr& file, const LoadOptions& options,
                                    std::vector<Diagnostic>& diagnostics);

}  // namespace faultline::yaml
