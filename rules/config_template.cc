// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/object_reader.h"
#include "rules/schema.h"

#include <fmt/core.h>

namespace faultline::rules {
namespace {

constexpr std::string_view kHeader =
    "# yaml-language-server: $schema=./faultline.schema.json\n"
    "#\n"
    "# A faultline configuration. What is commented out shows the key with an example.\n"
    "# Values may hold ${NAME} or ${NAME:-default} from the environment; inside { } quote them.\n"
    "# Check it with: faultline config validate -c FILE\n";

// Prints the rows of one object, nested ones inside. Keys that are not `shown` become comments
// together with all below them.
class TemplatePrinter {
 public:
  std::string print() {
    out_ = kHeader;
    for (const auto& field : fields_of("")) {
      out_ += '\n';
      print_field(field, {0, false, ""});
    }
    return std::move(out_);
  }

 private:
  struct Place {
    size_t indent = 0;
    bool is_comment = false;
    std::string_view dash;  // "- " before the first key of a list element
  };

  void line(const Place& place, std::string_view text) {
    out_.append(place.is_comment ? comment_indent_ : place.indent, ' ');
    if (place.is_comment) {
      out_ += "# ";
      out_.append(place.indent - comment_indent_, ' ');
    }
    out_ += text;
    out_ += '\n';
  }

  void print_doc(const FieldInfo& field, const Place& place) {
    auto doc = fmt::format("# {}", field.doc);
    if (field.type == FieldType::Enumeration)
      doc += fmt::format(" One of {}.", joined(words_of(field)));
    if (field.required) doc += " Required.";
    if (!field.fallback.empty()) doc += fmt::format(" Default: {}.", field.fallback);
    const size_t indent = place.indent + place.dash.size();
    line({indent, place.is_comment, ""}, doc);
  }

  void print_field(const FieldInfo& field, Place place) {
    print_doc(field, place);
    if (!field.shown && !place.is_comment) {
      place.is_comment = true;
      comment_indent_ = place.indent + place.dash.size();
    }
    const bool is_list = field.type == FieldType::Objects;
    if (field.type != FieldType::Object && !is_list) {
      line(place, fmt::format("{}{}: {}", place.dash, field.key, field.example));
      if (field.type == FieldType::Scope) print_scope(field, place);
      return;
    }
    line(place, fmt::format("{}{}:", place.dash, field.key));
    const size_t indent = place.indent + place.dash.size() + 2;
    bool is_first = is_list;
    for (const auto& child : fields_of(field.of)) {
      print_field(
          child, {indent + (is_list && !is_first ? 2 : 0), place.is_comment, is_first ? "- " : ""});
      is_first = false;
    }
  }

  // The other form of a scope, after its word. A comment, for the key stands there already.
  void print_scope(const FieldInfo& field, const Place& place) {
    line(place, "# Or:");
    line(place, fmt::format("{}:", field.key));
    for (const auto& child : fields_of(field.key)) {
      print_field(child, {place.indent + 2, place.is_comment, ""});
    }
  }

  std::string out_;
  size_t comment_indent_ = 0;
};

}  // namespace

std::string config_template() { return TemplatePrinter().print(); }

}  // namespace faultline::rules
