// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "redaction/classes.h"
#include "redaction/origin.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// What is put in the place of a value.
enum class Operator : uint8_t {
  Shape,      // a value of the same type and format from the closed space; keyed, so joins hold
  Tag,        // `redacted-<tag>-xxxxxxxxxxxxx`: no two values can be told apart
  Mask,       // stars and at most the last four characters; never of a secret
  Hmac,       // `redacted-<tag>-<token>`: joins hold, the format does not
  Drop,       // the member or field is left out; elsewhere the value is left empty
  Null,       // null in JSON; elsewhere the value is left empty
  Truncate,   // network of an address, month of a date, one decimal of a coordinate
  DateShift,  // a date some keyed days and some centuries away; those of one person move alike
  Keep,       // as it was; counted
};
inline constexpr size_t kOperators = 9;

[[nodiscard]] std::string_view operator_name(Operator op) noexcept;
[[nodiscard]] std::optional<Operator> operator_by_name(std::string_view name) noexcept;

/// One row of the policy: where, and what to do there. A path, a field or an annotation binds every
/// value below it, whether a detector knows it or not; a class binds what its detector finds.
struct OperatorRule {
  enum class Selector : uint8_t { Class, Path, Field, Annotation };
  Selector selector = Selector::Class;
  std::string name;  // class id; JSON pointer with `*`; field name; "secret" or "pii"
  Operator op = Operator::Shape;
};

/// Where a value stands, for choosing what becomes of it.
struct Where {
  Part part = Part::Text;
  std::string_view name;
  const NamePath* path = nullptr;
  Rule rule = Rule::Form;
};

/// The rows of a policy, ready to be asked. Immutable.
class OperatorTable {
 public:
  OperatorTable() = default;
  /// InvalidArgument names what is wrong with the first row that is: an unknown class, a pointer
  /// that is none, an operator that would show part of a secret.
  [[nodiscard]] static Result<OperatorTable> create(std::vector<OperatorRule> rules);

  struct Choice {
    Operator op = Operator::Shape;
    size_t row = SIZE_MAX;  // SIZE_MAX: no row binds
  };
  /// The first row that binds, of those that name a place before those that name a class.
  [[nodiscard]] Choice choose(ClassId id, const Where& where) const noexcept;

  [[nodiscard]] const std::vector<OperatorRule>& rows() const noexcept { return rules_; }
  [[nodiscard]] bool uses(Operator op) const noexcept {
    return (used_ >> static_cast<unsigned>(op) & 1U) != 0;
  }
  /// Names of the pointers that bind values by themselves, split.
  struct BoundPath {
    std::vector<std::string> names;
    size_t row = 0;
  };
  [[nodiscard]] const std::vector<BoundPath>& bound_paths() const noexcept { return paths_; }
  /// True when a row forces the whole value of a field.
  [[nodiscard]] bool binds_field(std::string_view name) const noexcept;

 private:
  std::vector<OperatorRule> rules_;
  std::vector<BoundPath> paths_;
  uint32_t used_ = 0;
};

/// True when `path` begins with the names, `*` standing for any.
[[nodiscard]] bool path_matches(const std::vector<std::string>& names,
                                const NamePath& path) noexcept;

/// True for a class whose values are credentials: no operator shows a part of them.
[[nodiscard]] bool is_secret_class(ClassId id) noexcept;

}  // namespace faultline::redaction
