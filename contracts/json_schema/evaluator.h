// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/readings.h"
#include "contracts/json_schema/schema.h"
#include "proxy/base/limits.h"
#include "proxy/base/message_view.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {

/// Unknown: nothing seen contradicts the schema, but part of it could not be checked. It combines
/// as in three-valued logic, so a part that was not checked never makes a value valid.
enum class Outcome : uint8_t { Valid, Invalid, Unknown };

/// Visits of a schema by a value in one evaluation. A 1 MiB body against an ordinary schema takes
/// less; oneOf inside oneOf multiplies, and ends here as unverifiable("budget").
inline constexpr uint32_t kEvaluationSteps = 2'000'000;
/// Schemas open at once: every level of the value, a few in-place schemas deep.
inline constexpr uint32_t kEvaluationDepth = 4 * limits::kJsonDepth;

struct SchemaError {
  std::string_view keyword;
  json::Value instance;          // for a missing member: the object that lacks it
  std::string pointer;           // of the instance, or of the missing member
  std::string pointer_template;  // positions as `*`, keys of maps as `{}`
  std::string schema_path;       // from the checked schema on, references followed
  std::string resolved;          // pointer of the keyword where it is written
  SourceSpan place;              // of the keyword
  SourceFilePtr file;            // the text `place` is in
  std::string expected;          // JSON
  std::string actual;            // JSON without values
  std::string hint;
};

struct Report {
  std::vector<SchemaError> errors;  // at most limits::kViolationsPerMessage
  uint64_t left_out = 0;
  std::map<std::string, uint64_t> unverifiable;  // reason -> times
};

/// What the fast mode says of a value.
struct Judgement {
  Outcome outcome = Outcome::Valid;
  /// The value is valid, and each member of each object in it bears a name that a schema there
  /// knows, so walk.h would find none that nobody declares. False as well where that is not sure:
  /// where branches, patterns or other than the plain rules had a say.
  bool is_all_named = false;
};

/// Only the outcome: stops at the first contradiction. Allocates nothing once the thread has judged
/// such values (its tables and the automata of the patterns have grown). What always takes memory:
/// the internationalised formats; asserted `contentMediaType` beside `contentEncoding`, and where
/// the text is no JSON; `uniqueItems` over more than 65,536 elements; and comparing, under
/// `uniqueItems`, `enum` or `const`, two objects of one size and more than 16 members each that do
/// not name them in one order.
[[nodiscard]] Judgement judge(const Program& program, SchemaId id, json::Value value,
                              Direction direction);
/// The same, and notes what it reads of the value's document.
[[nodiscard]] Judgement judge(const Program& program, SchemaId id, json::Value value,
                              Direction direction, Readings& readings);
[[nodiscard]] inline Outcome verdict(const Program& program, SchemaId id, json::Value value,
                                     Direction direction) {
  return judge(program, id, value, direction).outcome;
}

/// What Report::unverifiable calls the end of the steps, of the depth or of the memory.
inline constexpr std::string_view kBudget = "budget";

/// The same outcome with all errors and reasons. Of oneOf and anyOf only the branch that was most
/// likely meant is reported: the one the discriminator names, else one whose type and constants the
/// value bears, else the one that first contradicts it deepest inside, else that of fewest errors.
/// To find all takes more steps than to find one: where they do not suffice, a value that verdict()
/// found invalid has one error, the first, or failing that one for the whole.
Outcome collect(const Program& program, SchemaId id, json::Value value, Direction direction,
                Report& report);

}  // namespace faultline::contracts::json_schema
