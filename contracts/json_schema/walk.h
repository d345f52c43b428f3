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
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {

/// The schemas that judge one place of a value: few, so they lie on the stack.
class SchemaSet {
 public:
  static constexpr size_t kCapacity = 32;
  /// False when it was there already, or there is no room.
  bool add(SchemaId id) noexcept {
    for (size_t i = 0; i < size_; ++i) {
      if (ids_[i] == id) return false;
    }
    if (size_ == kCapacity) {
      is_overfull_ = true;
      return false;
    }
    ids_[size_++] = id;
    return true;
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

/// Where the walk is. The steps lie on the stack; pointers are spelled out when asked for.
class WalkPath {
 public:
  WalkPath() = default;  // the whole value
  [[nodiscard]] static WalkPath element(const WalkPath& parent, uint32_t position) noexcept {
    return {&parent, {}, position, Kind::Element};
  }
  [[nodiscard]] static WalkPath member(const WalkPath& parent, std::string_view name,
                                       bool is_of_map) noexcept {
    return {&parent, name, 0, is_of_map ? Kind::MapMember : Kind::Member};
  }

  [[nodiscard]] std::string pointer() const { return spell(false); }
  /// Positions as "*", keys of maps as "{}".
  [[nodiscard]] std::string pointer_template() const { return spell(true); }

 private:
  enum class Kind : uint8_t { Root, Element, Member, MapMember };
  WalkPath(const WalkPath* parent, std::string_view name, uint32_t position, Kind kind) noexcept
      : parent_(parent), name_(name), position_(position), kind_(kind) {}
  [[nodiscard]] std::string spell(bool as_template) const;

  const WalkPath* parent_ = nullptr;
  std::string_view name_;
  uint32_t position_ = 0;
  Kind kind_ = Kind::Root;
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
