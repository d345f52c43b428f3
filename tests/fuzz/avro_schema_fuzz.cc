// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/names.h"
#include "contracts/avro/schema.h"
#include "contracts/avro/sensitive_places.h"
#include "contracts/marks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Whatever the schema: reading it ends. Either it is refused with an error that has a place, or it
// keeps the rules of the specification, and every value that it marks, found by walking down the
// schema as a writer of values does, is at one of its sensitive places or below one.

namespace {

using faultline::Diagnostic;
using faultline::DiagnosticSeverity;
using faultline::contracts::Mark;
using faultline::contracts::mark_of_annotations;
using faultline::contracts::SensitivePlace;
using faultline::contracts::avro::Field;
using faultline::contracts::avro::is_named;
using faultline::contracts::avro::Kind;
using faultline::contracts::avro::kSensitivePlacesMax;
using faultline::contracts::avro::Schema;
using faultline::contracts::avro::Type;
using faultline::contracts::avro::TypeId;
using faultline::contracts::avro::TypeUse;
namespace avro = faultline::contracts::avro;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_union(const Schema& schema, const Type& type) {
  std::set<std::string> names;
  for (const TypeUse& part : type.parts) {
    const Type& branch = schema[part.type];
    require(branch.kind != Kind::Union);
    require(names
                .insert(is_named(branch.kind) ? branch.name
                                              : "-" + std::string(avro::kind_name(branch.kind)))
                .second);
  }
}

void require_rules(const Schema& schema) {
  for (TypeId id = 0; id < schema.size(); ++id) {
    const Type& type = schema[id];
    if (is_named(type.kind)) {
      require(avro::is_dotted_name(type.name) && schema.find(type.name) == id);
    }
    const bool has_one_part = type.kind == Kind::Array || type.kind == Kind::Map;
    require(!has_one_part || type.parts.size() == 1);
    if (type.kind == Kind::Union) require_union(schema, type);
    if (type.kind == Kind::Enum) require(!type.symbols.empty());
    std::set<std::string> names(type.symbols.begin(), type.symbols.end());
    require(names.size() == type.symbols.size());
    names.clear();
    for (const Field& field : type.fields) {
      require(avro::is_simple_name(field.name) && names.insert(field.name).second);
      require(field.type.type < schema.size());
    }
    for (const TypeUse& part : type.parts) require(part.type < schema.size());
  }
}

/// Walks a value of the schema in one spelling, one way at every branching: the first, then what
/// follows from the number of the walk.
class Walk {
 public:
  Walk(const Schema& schema, const std::vector<SensitivePlace>& places, bool is_bare, size_t number)
      : schema_(schema), places_(places), is_bare_(is_bare), number_(number) {}

  void run() {
    constexpr size_t kStepsMax = 60;
    TypeUse use = schema_.root();
    for (size_t step = 0; step < kStepsMax; ++step) {
      const Type& type = schema_[use.type];
      const bool is_marked = mark_of_annotations(use.source) != Mark::None ||
                             (type.source && mark_of_annotations(*type.source) != Mark::None);
      if (is_marked) require(is_covered());
      if (!type.fields.empty()) {
        for (const Field& field : type.fields) look_at(type, field);
        const Field& field = choose(type.fields);
        path_.push_back(field.name);
        use = field.type;
      } else if (!type.parts.empty()) {
        use = choose(type.parts);
        if (type.kind != Kind::Union) {
          path_.emplace_back("some name");
        } else if (!is_bare_) {
          const Type& branch = schema_[use.type];
          path_.push_back(is_named(branch.kind) ? branch.name
                                                : std::string(avro::kind_name(branch.kind)));
        }
      } else {
        return;
      }
    }
  }

 private:
  template <typename T>
  const T& choose(const std::vector<T>& list) {
    const size_t at = number_ % list.size();
    number_ = number_ / list.size() + number_;
    return list[at];
  }

  void look_at(const Type& record, const Field& field) {
    bool is_marked = mark_of_annotations(field.source) != Mark::None;
    size_t steps = 0;
    for (const auto& tag : schema_.tags()) {
      is_marked = is_marked || avro::fits_path(tag.pattern, record.name + "." + field.name, steps);
    }
    if (!is_marked) return;
    path_.push_back(field.name);
    require(is_covered());
    path_.pop_back();
  }

  [[nodiscard]] bool is_covered() const {
    return std::any_of(places_.begin(), places_.end(), [this](const SensitivePlace& place) {
      if (place.pointer.size() > path_.size()) return false;
      return std::equal(
          place.pointer.begin(), place.pointer.end(), path_.begin(),
          [](const std::string& a, const std::string& b) { return a == "*" || a == b; });
    });
  }

  const Schema& schema_;
  const std::vector<SensitivePlace>& places_;
  bool is_bare_;
  size_t number_;
  std::vector<std::string> path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;
  constexpr size_t kWalks = 12;
  if (size > kSizeMax) return 0;
  const auto loaded = avro::load_schema("s.avsc", std::string(data, data + size));
  const bool has_error = std::any_of(
      loaded.diagnostics.begin(), loaded.diagnostics.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == DiagnosticSeverity::Error && diagnostic.file != nullptr;
      });
  require(has_error == (loaded.schema == nullptr));
  if (!loaded.schema) return 0;
  require_rules(*loaded.schema);
  const auto places = avro::sensitive_places(*loaded.schema);
  require(places.size() <= 3 * kSensitivePlacesMax);
  for (size_t number = 0; number < kWalks; ++number) {
    Walk(*loaded.schema, places, true, number).run();
    Walk(*loaded.schema, places, false, number).run();
  }
  return 0;
}
