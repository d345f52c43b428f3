// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/sensitive_places.h"

#include "contracts/avro/names.h"
#include "contracts/marks.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::contracts::avro {
namespace {

using Pointer = std::vector<std::string>;

/// How a value of a union is written.
enum class Spelling : uint8_t { Bare, FullNames, LastNames };

/// The marks of a schema: what stands at a use of a type, and the worst that may lie below.
class Marks {
 public:
  explicit Marks(const Schema& schema) : schema_(schema), own_(schema.size()) {
    for (TypeId id = 0; id < schema.size(); ++id) {
      if (schema[id].source) own_[id] = mark_of_annotations(*schema[id].source);
    }
    spread();
  }

  /// Of the value at that place as a whole.
  [[nodiscard]] Mark at(const TypeUse& use) const {
    return std::max(own_[use.type], mark_of_annotations(use.source));
  }
  /// Of a field of that record.
  [[nodiscard]] Mark at(const Type& record, const Field& field) const {
    Mark mark = mark_of_annotations(field.source);
    if (schema_.tags().empty()) return mark;
    const std::string path = record.name + "." + field.name;
    for (const PathTag& tag : schema_.tags()) {
      if (tag.mark > mark && fits_path(tag.pattern, path)) mark = tag.mark;
    }
    return mark;
  }
  /// Of anything in the value, itself left out.
  [[nodiscard]] Mark below(TypeId id) const { return below_[id]; }

 private:
  // From parts to what holds them, until nothing changes: a mark only grows, so each type is
  // visited a few times, however types refer to each other.
  void spread() {
    below_.assign(schema_.size(), Mark::None);
    std::vector<std::vector<TypeId>> holders(schema_.size());
    std::vector<TypeId> open;
    const auto raise = [&](TypeId id, Mark mark) {
      if (mark <= below_[id]) return;
      below_[id] = mark;
      open.push_back(id);
    };
    for (TypeId id = 0; id < schema_.size(); ++id) {
      for (const Field& field : schema_[id].fields) {
        holders[field.type.type].push_back(id);
        raise(id, std::max(at(schema_[id], field), at(field.type)));
      }
      for (const TypeUse& part : schema_[id].parts) {
        holders[part.type].push_back(id);
        raise(id, at(part));
      }
    }
    while (!open.empty()) {
      const TypeId id = open.back();
      open.pop_back();
      for (const TypeId holder : holders[id]) raise(holder, below_[id]);
    }
  }

  const Schema& schema_;
  std::vector<Mark> own_;
  std::vector<Mark> below_;
};

/// Level by level, so that when there are too many places it is the deepest that lie together.
class Search {
 public:
  Search(const Schema& schema, const Marks& marks, std::map<Pointer, Mark>& places)
      : schema_(schema), marks_(marks), places_(places) {}

  void run(Spelling spelling) {
    spelling_ = spelling;
    found_ = 0;
    open_.push_back({schema_.root(), marks_.at(schema_.root()), {}});
    while (!open_.empty()) {
      const Place place = std::move(open_.front());
      open_.pop_front();
      visit(place);
    }
  }

 private:
  struct Place {
    TypeUse use;
    Mark mark = Mark::None;
    Pointer pointer;
  };

  void visit(const Place& place) {
    if (place.mark != Mark::None) return add(place.pointer, place.mark);
    const Mark below = marks_.below(place.use.type);
    if (below == Mark::None) return;
    std::vector<Place> parts;
    if (place.pointer.size() < kSensitiveDepthMax) parts = parts_of(place);
    const size_t count = found_ + open_.size() + parts.size();
    if (parts.empty() || count > kSensitivePlacesMax) return add(place.pointer, below);
    for (Place& part : parts) open_.push_back(std::move(part));
  }

  [[nodiscard]] std::vector<Place> parts_of(const Place& place) const {
    std::vector<Place> parts;
    const Type& type = schema_[place.use.type];
    const auto append = [&](const TypeUse& use, Mark mark, std::optional<std::string_view> name) {
      mark = std::max(mark, marks_.at(use));
      if (mark == Mark::None && marks_.below(use.type) == Mark::None) return;
      parts.push_back({use, mark, place.pointer});
      if (name) parts.back().pointer.emplace_back(*name);
    };
    for (const Field& field : type.fields) {
      const Mark mark = marks_.at(type, field);
      append(field.type, mark, field.name);
      for (const std::string& alias : field.aliases) append(field.type, mark, alias);
    }
    for (const TypeUse& part : type.parts) {
      if (type.kind != Kind::Union) {
        append(part, Mark::None, "*");
      } else if (spelling_ == Spelling::Bare) {
        append(part, Mark::None, std::nullopt);
      } else {
        for (const std::string_view name : wrappers_of(schema_[part.type])) {
          append(part, Mark::None, name);
        }
      }
    }
    return parts;
  }

  /// The names of the member that may stand around a value of a union.
  [[nodiscard]] std::vector<std::string_view> wrappers_of(const Type& type) const {
    if (!is_named(type.kind)) return {kind_name(type.kind)};
    std::vector<std::string_view> names{type.name};
    names.insert(names.end(), type.aliases.begin(), type.aliases.end());
    if (spelling_ == Spelling::LastNames) {
      for (std::string_view& name : names) name = simple_name_of(name);
    }
    return names;
  }

  void add(const Pointer& pointer, Mark mark) {
    ++found_;
    Mark& known = places_[pointer];
    known = std::max(known, mark);
  }

  const Schema& schema_;
  const Marks& marks_;
  std::map<Pointer, Mark>& places_;
  Spelling spelling_ = Spelling::Bare;
  std::deque<Place> open_;
  size_t found_ = 0;
};

}  // namespace

std::vector<SensitivePlace> sensitive_places(const Schema& schema) {
  const Marks marks(schema);
  std::map<Pointer, Mark> found;
  Search search(schema, marks, found);
  constexpr std::array kSpellings{Spelling::Bare, Spelling::FullNames, Spelling::LastNames};
  for (const Spelling spelling : kSpellings) search.run(spelling);
  std::vector<SensitivePlace> places;
  places.reserve(found.size());
  for (const auto& [pointer, mark] : found) {
    SensitivePlace& place = places.emplace_back();
    place.pointer = pointer;
    place.is_pii = mark == Mark::Pii;
  }
  return places;
}

}  // namespace faultline::contracts::avro
