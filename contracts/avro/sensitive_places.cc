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

/// Steps of all comparisons of paths with the patterns of tags (fits_path).
constexpr size_t kPathStepsMax = 200'000'000;

/// A part of a type that is marked or may hold what is.
struct MarkedPart {
  const Field* field = nullptr;  // of a record; else null
  const TypeUse* use = nullptr;
  Mark mark = Mark::None;  // of the part as a whole
};

/// The marks of a schema: what stands at a use of a type, and the worst that may lie below. All of
/// them are found at once, since a search comes by the same type many times.
class Marks {
 public:
  explicit Marks(const Schema& schema)
      : schema_(schema), own_(schema.size()), parts_(schema.size()) {
    for (const PathTag& tag : schema.tags()) worst_tag_ = std::max(worst_tag_, tag.mark);
    for (TypeId id = 0; id < schema.size(); ++id) {
      if (schema[id].source) own_[id] = mark_of_annotations(*schema[id].source);
    }
    for (TypeId id = 0; id < schema.size(); ++id) {
      const Type& type = schema[id];
      for (const Field& field : type.fields) {
        parts_[id].push_back({&field, &field.type, std::max(at(type, field), at(field.type))});
      }
      for (const TypeUse& part : type.parts) parts_[id].push_back({nullptr, &part, at(part)});
    }
    spread();
    for (std::vector<MarkedPart>& parts : parts_) {
      std::erase_if(parts, [&](const MarkedPart& part) {
        return part.mark == Mark::None && below_[part.use->type] == Mark::None;
      });
    }
  }

  /// Of the value at that place as a whole.
  [[nodiscard]] Mark at(const TypeUse& use) const {
    return std::max(own_[use.type], mark_of_annotations(use.source));
  }
  /// Of anything in the value, itself left out.
  [[nodiscard]] Mark below(TypeId id) const { return below_[id]; }
  /// In the order of the schema; of its parts, those that matter.
  [[nodiscard]] const std::vector<MarkedPart>& parts(TypeId id) const { return parts_[id]; }

 private:
  // Of a field of that record. Once the steps are used up every tag fits: to replace too much harms
  // less than to replace too little.
  [[nodiscard]] Mark at(const Type& record, const Field& field) {
    Mark mark = mark_of_annotations(field.source);
    if (mark >= worst_tag_) return mark;
    if (path_steps_ > kPathStepsMax) return worst_tag_;
    const std::string path = record.name + "." + field.name;
    for (const PathTag& tag : schema_.tags()) {
      if (tag.mark > mark && fits_path(tag.pattern, path, path_steps_)) mark = tag.mark;
    }
    return mark;
  }

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
      for (const MarkedPart& part : parts_[id]) {
        holders[part.use->type].push_back(id);
        raise(id, part.mark);
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
  std::vector<std::vector<MarkedPart>> parts_;
  Mark worst_tag_ = Mark::None;
  size_t path_steps_ = 0;
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
    // visit() took this one: so there is room for one at least.
    const size_t room = kSensitivePlacesMax - found_ - open_.size();
    const bool is_whole =
        place.pointer.size() < kSensitiveDepthMax && find_parts(place, room, parts);
    if (!is_whole || parts.empty()) return add(place.pointer, below);
    for (Place& part : parts) open_.push_back(std::move(part));
  }

  // False as soon as there are more than `room`.
  [[nodiscard]] bool find_parts(const Place& place, size_t room, std::vector<Place>& parts) const {
    const Kind kind = schema_[place.use.type].kind;
    const auto append = [&](const MarkedPart& part, std::optional<std::string_view> name) {
      if (parts.size() == room) return false;
      parts.push_back({*part.use, part.mark, place.pointer});
      if (name) parts.back().pointer.emplace_back(*name);
      return true;
    };
    for (const MarkedPart& part : marks_.parts(place.use.type)) {
      bool has_room = true;
      if (part.field != nullptr) {
        has_room = append(part, part.field->name);
        for (const std::string& alias : part.field->aliases) {
          has_room = has_room && append(part, alias);
        }
      } else if (kind != Kind::Union) {
        has_room = append(part, "*");
      } else if (spelling_ == Spelling::Bare) {
        has_room = append(part, std::nullopt);
      } else {
        const Type& type = schema_[part.use->type];
        has_room = append(part, wrapper(type, type.name));
        for (const std::string& alias : type.aliases) {
          has_room = has_room && append(part, wrapper(type, alias));
        }
      }
      if (!has_room) return false;
    }
    return true;
  }

  /// What the member is called that may stand around a value of a union, by a name of its type.
  [[nodiscard]] std::string_view wrapper(const Type& type, std::string_view name) const {
    if (!is_named(type.kind)) return kind_name(type.kind);
    return spelling_ == Spelling::LastNames ? simple_name_of(name) : name;
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
