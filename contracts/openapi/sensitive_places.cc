// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/sensitive_places.h"

#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};
// Steps of one search: a document of references to references is not walked to its end.
constexpr size_t kStepsMax = 200'000;
constexpr size_t kReferencesMax = 16;

bool is_true(json::Value schema, std::string_view name) {
  const auto value = schema.find(name);
  return value && value->is_bool() && value->boolean();
}

enum class Mark : uint8_t { None, Secret, Pii };

Mark mark_of(json::Value schema) {
  const auto format = schema.find("format");
  const bool is_password = format && format->is_string() && format->string() == "password";
  if (is_password || is_true(schema, "writeOnly") || is_true(schema, "x-sensitive")) {
    return Mark::Secret;
  }
  const auto pii = schema.find("x-pii");
  const bool is_pii = pii && !pii->is_null() && !(pii->is_bool() && !pii->boolean());
  return is_pii ? Mark::Pii : Mark::None;
}

class Search {
 public:
  explicit Search(json::Value document) : document_(document) {}

  std::vector<SensitivePlace> run() {
    const auto paths = document_.find("paths");
    if (!paths || !paths->is_object()) return {};
    for (const json::Member path : paths->members()) {
      const auto item = target_of(path.value);
      if (!item || !item->is_object()) continue;
      for (const json::Member member : item->members()) {
        const bool is_method =
            std::find(kMethods.begin(), kMethods.end(), member.name()) != kMethods.end();
        if (!is_method || !member.value.is_object()) continue;
        std::string method(member.name());
        std::transform(method.begin(), method.end(), method.begin(),
                       [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        at_.operation = method + " " + std::string(path.name());
        add_operation(*item, member.value);
      }
    }
    return std::move(places_);
  }

 private:
  // What a value says or refers to; nothing for references that lead out of the document.
  std::optional<json::Value> target_of(json::Value value) const {
    for (size_t i = 0; i < kReferencesMax; ++i) {
      const auto reference = value.is_object() ? value.find("$ref") : std::nullopt;
      if (!reference || !reference->is_string()) return value;
      const std::string_view text = reference->string();
      if (!text.starts_with('#')) return std::nullopt;
      const auto next = json::resolve(document_, percent_decode(text.substr(1)));
      if (!next) return std::nullopt;
      value = *next;
    }
    return std::nullopt;
  }

  void add_operation(json::Value item, json::Value operation) {
    at_.direction = Direction::Request;
    for (const json::Value owner : {item, operation}) add_parameters(owner);
    if (const auto body = operation.find("requestBody")) add_content(*body);
    at_.direction = Direction::Response;
    const auto responses = operation.find("responses");
    if (!responses || !responses->is_object()) return;
    for (const json::Member response : responses->members()) add_content(response.value);
  }

  void add_parameters(json::Value owner) {
    const auto parameters = owner.find("parameters");
    if (!parameters || !parameters->is_array()) return;
    for (const json::Value element : parameters->elements()) {
      const auto parameter = target_of(element);
      if (!parameter || !parameter->is_object()) continue;
      const auto name = parameter->find("name");
      const auto in = parameter->find("in");
      if (!name || !name->is_string() || !in || !in->is_string()) continue;
      Mark mark = mark_of(*parameter);
      if (const auto schema = parameter->find("schema"); schema && mark == Mark::None) {
        const auto target = target_of(*schema);
        if (target && target->is_object()) mark = mark_of(*target);
      }
      if (mark != Mark::None) add_parameter(in->string(), name->string(), mark);
    }
  }

  void add_parameter(std::string_view in, std::string_view name, Mark mark) {
    using In = SensitivePlace::In;
    constexpr std::array<std::pair<std::string_view, In>, 4> kIns{
        {{"path", In::Path}, {"query", In::Query}, {"header", In::Header}, {"cookie", In::Cookie}}};
    for (const auto& [word, value] : kIns) {
      if (word != in) continue;
      at_.in = value;
      at_.name = name;
      add(mark);
      at_.name.clear();
    }
  }

  void add_content(json::Value holder) {
    const auto target = target_of(holder);
    const auto content = target && target->is_object() ? target->find("content") : std::nullopt;
    if (!content || !content->is_object()) return;
    at_.in = SensitivePlace::In::Body;
    for (const json::Member type : content->members()) {
      const auto schema = type.value.is_object() ? type.value.find("schema") : std::nullopt;
      if (schema) add_schema(*schema, 0);
    }
  }

  void add_schema(json::Value reference, size_t depth) {
    if (depth > kSensitiveDepthMax || ++steps_ > kStepsMax) return;
    const auto schema = target_of(reference);
    if (!schema || !schema->is_object()) return;
    if (const Mark mark = mark_of(*schema); mark != Mark::None) {
      add(mark);
      return;
    }
    for (const json::Member keyword : schema->members()) {
      const std::string_view name = keyword.name();
      if (name == "properties" && keyword.value.is_object()) {
        for (const json::Member property : keyword.value.members()) {
          add_below(property.name(), property.value, depth);
        }
      } else if (name == "items" || name == "additionalProperties") {
        add_below("*", keyword.value, depth);
      } else if ((name == "allOf" || name == "anyOf" || name == "oneOf") &&
                 keyword.value.is_array()) {
        for (const json::Value branch : keyword.value.elements()) add_schema(branch, depth + 1);
      }
    }
  }

  void add_below(std::string_view name, json::Value schema, size_t depth) {
    at_.pointer.emplace_back(name);
    add_schema(schema, depth + 1);
    at_.pointer.pop_back();
  }

  void add(Mark mark) {
    if (places_.size() == kSensitivePlacesMax) return;
    places_.push_back(at_);
    places_.back().is_pii = mark == Mark::Pii;
  }

  json::Value document_;
  SensitivePlace at_;
  size_t steps_ = 0;
  std::vector<SensitivePlace> places_;
};

}  // namespace

std::vector<SensitivePlace> sensitive_places(json::Value document) {
  return document.is_object() ? Search(document).run() : std::vector<SensitivePlace>{};
}

}  // namespace faultline::contracts::openapi
