// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "proxy/base/message_view.h"
#include "proxy/json/tape.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace faultline::contracts::json_schema {

/// The schemas that judge one place of a value: few, so they lie on the stack.
class SchemaSet {
 public:
  static constexpr size_t kCapacity = 32;
  void add(SchemaId id) noexcept {
    for (size_t i = 0; i < size_; ++i) {
      if (ids_[i] == id) return;
    }
    if (size_ == kCapacity) {
      is_overfull_ = true;
      return;
    }
    ids_[size_++] = id;
  }
  [[nodiscard]] std::span<const SchemaId> ids() const noexcept { return {ids_.data(), size_}; }
  /// More schemas than fit: nothing can be said about what is not declared.
  [[nodiscard]] bool is_overfull() const noexcept { return is_overfull_; }

 private:
  std::array<SchemaId, kCapacity> ids_;
  size_t size_ = 0;
  bool is_overfull_ = false;
};

/// What the contract says about one member of a value, over all schemas that judge the object.
struct MemberFacts {
  bool is_declared = false;  // named by properties, required or patternProperties
  bool is_required = false;
  bool is_open = false;  // the object may have members the contract does not name
  SchemaSet schemas;     // of the member's value
};

/// Where the walk is, as JSON pointers.
struct WalkPath {
  std::string pointer;
  std::string pointer_template;  // positions as "*", keys of maps as "{}"
};

class MemberVisitor {
 public:
  virtual ~MemberVisitor() = default;
  /// `path` leads to the member.
  virtual void on_member(const json::Member& member, const MemberFacts& facts,
                         const WalkPath& path) = 0;
};

/// Visits every member of every object in `value` with what the contract declares about it. Of
/// oneOf and anyOf the branches count that the value does not contradict.
void walk_members(const Program& program, SchemaId id, json::Value value, Direction direction,
                  MemberVisitor& visitor);

/// The schemas in `schemas` and all that judge the same value with them.
[[nodiscard]] SchemaSet in_place_closure(const Program& program, std::span<const SchemaId> schemas,
                                         json::Value value, Direction direction);

}  // namespace faultline::contracts::json_schema
