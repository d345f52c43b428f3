// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline::json {

/// Builds a Document node by node, for sources that are not JSON (YAML). Every text is copied into
/// the document, so the source need not outlive it. Containers are closed in reverse order of
/// opening; in an object key() precedes each value; the caller bounds the depth.
///
///   TreeBuilder builder;
///   builder.begin_object({0, 1});
///   builder.key("port", {1, 6});
///   builder.number("8080", {8, 4});
///   builder.end_object(13);
///   Document document = builder.finish();
class TreeBuilder {
 public:
  TreeBuilder();
  ~TreeBuilder();
  TreeBuilder(const TreeBuilder&) = delete;
  TreeBuilder& operator=(const TreeBuilder&) = delete;

  void null(SourceSpan span);
  void boolean(bool value, SourceSpan span);
  /// `text` in JSON's number syntax.
  void number(std::string_view text, SourceSpan span);
  void string(std::string_view decoded, SourceSpan span);
  void key(std::string_view decoded, SourceSpan span);
  /// The span of the opening token; the container's own runs from its start to `end_offset`.
  void begin_object(SourceSpan start);
  void end_object(uint32_t end_offset);
  void begin_array(SourceSpan start);
  void end_array(uint32_t end_offset);

  /// Nodes so far: what a caller that expands aliases holds against its limit.
  [[nodiscard]] size_t node_count() const noexcept;
  /// True once the texts do not fit the tape's 32-bit offsets; later texts are left empty, and the
  /// caller must refuse the source.
  [[nodiscard]] bool is_too_large() const noexcept;

  /// The finished tree; a single null when nothing was added. The builder is empty afterwards.
  [[nodiscard]] Document finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::json
