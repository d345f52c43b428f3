// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Where something was replaced and which rule asked for it: what audits and explanations print.
/// Never a value.
namespace faultline::redaction {

/// The part of a message.
enum class Part : uint8_t {
  Text,  // no message at all
  Method,
  Target,
  Version,
  Field,
  Trailer,
  Body,
  RecordKey,  // of a Kafka record
  RecordHeader,
  RecordValue,
};
[[nodiscard]] std::string_view part_name(Part part) noexcept;

/// Why a value was replaced.
enum class Rule : uint8_t {
  Form,       // its own form: a token, a card number
  Name,       // the name in front of it: member, parameter, element, cookie
  Field,      // the HTTP field it stands in
  Pair,       // the sibling that names it: {"name": "password", "value": ...}
  Contract,   // the contract marks it
  Policy,     // the configuration asks for it
  Echo,       // a server quoted it in an error
  Binary,     // nobody can read it
  Unsettled,  // the text around it did not come to rest
};
[[nodiscard]] std::string_view rule_name(Rule rule) noexcept;

/// The names on the way from the part down to a value, outermost first; `*` for an element of an
/// array and for a name that may itself be somebody's. Borrowed.
using NamePath = std::vector<std::string_view>;

struct Place {
  Part part = Part::Text;
  std::string name;  // of the field or header; redacted
  std::string path;  // a JSON pointer with `*` for array elements and for names that are values
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// Numbers places, so that an edit carries four bytes. Bounded: what comes later is the place 0.
class PlaceBook {
 public:
  static constexpr size_t kPlacesMax = 4096;
  static constexpr uint32_t kElsewhere = 0;

  [[nodiscard]] uint32_t number(Part part, std::string_view name, const NamePath& path);
  [[nodiscard]] const Place& at(uint32_t number) const { return *places_[number]; }

 private:
  std::map<Place, uint32_t> numbers_;
  std::vector<const Place*> places_{&elsewhere_};  // map nodes do not move
  uint32_t last_flat_ = kElsewhere;                // the last one without a path
  inline static const Place elsewhere_{Part::Text, "", "/*"};
};

/// True when a name can be shown: it is short, holds no digits in a row, and is made of the
/// characters of identifiers. Names of map entries (`/users/8271`) are values.
[[nodiscard]] bool is_shown_name(std::string_view name) noexcept;

}  // namespace faultline::redaction
