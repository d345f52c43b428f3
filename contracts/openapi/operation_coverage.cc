// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/operation_coverage.h"

#include "contracts/json_schema/schema_coverage.h"
#include "contracts/openapi/document_set.h"
#include "proxy/base/hash.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

namespace {

using Kind = CoveragePoint::Kind;

/// "Application/JSON" of "Application/JSON; charset=utf-8".
std::string_view essence_of(std::string_view type) { return trim(type.substr(0, type.find(';'))); }

/// True for one JSON value: not for a row of them, such as application/x-ndjson.
bool is_json(std::string_view essence) {
  constexpr size_t kEnding = 5;
  if (essence.size() <= kEnding) return false;
  const std::string_view ending = essence.substr(essence.size() - kEnding);
  return iequals(ending, "/json") || iequals(ending, "+json");
}

/// What a body is declared as: its media types, and the number of the first one's point.
struct Content {
  size_t base = 0;
  std::vector<std::string> essences;
  std::vector<SchemaId> schemas;

  /// The most exact one: by name, by `type/*`, by `*/*`. Their number when none fits.
  [[nodiscard]] size_t find(std::string_view essence) const noexcept {
    const std::string_view family = essence.substr(0, essence.find('/') + 1);
    size_t best = essences.size();
    bool is_best_family = false;
    for (size_t i = 0; i < essences.size(); ++i) {
      const std::string_view declared = essences[i];
      if (iequals(declared, essence)) return i;
      const bool is_family = declared.size() == family.size() + 1 && declared.ends_with('*') &&
                             iequals(declared.substr(0, family.size()), family);
      if (!is_family && (declared != "*/*" || is_best_family)) continue;
      best = i;
      is_best_family = is_family;
    }
    return best;
  }
};

struct Answer {
  std::string code;
  size_t point = 0;
  Content content;
};

struct OperationPoints {
  Content request;
  std::vector<Answer> answers;

  [[nodiscard]] const Answer* find(int status) const {
    const std::string code = std::to_string(status);
    const std::string range = code.substr(0, 1) + "XX";
    for (const std::string_view want :
         {std::string_view(code), std::string_view(range), std::string_view("default")}) {
      for (const Answer& answer : answers) {
        if (answer.code == want) return &answer;
      }
    }
    return nullptr;
  }
};

class OpenApiCoverage final : public CoverageModel {
 public:
  explicit OpenApiCoverage(const Model& model)
      : model_(model), roots_(add_operations()), schemas_(model.program, roots_, points_.size()) {}

  [[nodiscard]] size_t size() const noexcept override { return points_.size() + schemas_.size(); }

  [[nodiscard]] Kind kind(size_t point) const noexcept override {
    return point < points_.size() ? points_[point].kind : schemas_.kind(point - points_.size());
  }

  [[nodiscard]] CoveragePoint describe(size_t point) const override {
    if (point >= points_.size()) return schemas_.describe(point - points_.size());
    const Point& declared = points_[point];
    const SourceFilePtr& file = model_.documents->file_of(declared.place);
    return {declared.kind, model_.operations[declared.operation].id, declared.what, file->name(),
            file->position(declared.place.span().offset).line};
  }

  bool observe(const MessageView& message, std::string_view operation,
               CoverageTally& tally) const override {
    const auto at = by_id_.find(operation);
    if (at == by_id_.end()) return false;
    const OperationPoints& points = operations_[at->second];
    if (message.direction == Direction::Request) {
      if (!message.body.empty()) observe_content(points.request, message, tally);
      return true;
    }
    const Answer* answer = points.find(message.status);
    if (answer == nullptr) return true;
    tally.mark(answer->point);
    if (!message.body.empty()) observe_content(answer->content, message, tally);
    return true;
  }

 private:
  struct Point {
    Kind kind = Kind::Response;
    uint32_t operation = 0;
    std::string what;
    json::Value place;
  };
  struct TextHash {
    using is_transparent = void;
    [[nodiscard]] size_t operator()(std::string_view text) const noexcept { return hash64(text); }
  };

  void observe_content(const Content& content, const MessageView& message,
                       CoverageTally& tally) const {
    const FieldView* type = message.find("content-type");
    if (type == nullptr) return;
    const std::string_view essence = essence_of(type->value);
    const size_t position = content.find(essence);
    if (position == content.essences.size()) return;
    tally.mark(content.base + position);
    const SchemaId schema = content.schemas[position];
    if (schema == json_schema::kNoSchema || !is_json(essence)) return;
    if (message.body_state != BodyState::Complete || message.find("content-encoding") != nullptr) {
      return;  // what is not readable shows nothing
    }
    const auto document = tally.parser().parse(message.body);
    if (!document) return;
    schemas_.observe(schema, (*document)->root(), message.direction, tally);
  }

  std::vector<SchemaId> add_operations() {
    std::vector<SchemaId> roots;
    for (uint32_t i = 0; i < model_.operations.size(); ++i) {
      const Operation& operation = model_.operations[i];
      OperationPoints points;
      if (operation.body) {
        points.request =
            add_content(i, "request", operation.body->content, operation.body->place, roots);
      }
      for (const Response& response : operation.responses) {
        Answer answer{response.code, points_.size(), {}};
        points_.push_back({Kind::Response, i, response.code, response.place.source});
        answer.content = add_content(i, response.code, response.content, response.place, roots);
        points.answers.push_back(std::move(answer));
      }
      by_id_.emplace(operation.id, i);
      operations_.push_back(std::move(points));
    }
    return roots;
  }

  Content add_content(uint32_t operation, const std::string& owner,
                      const std::vector<MediaType>& types, const Place& place,
                      std::vector<SchemaId>& roots) {
    Content content;
    content.base = points_.size();
    for (const MediaType& type : types) {
      points_.push_back({Kind::MediaType, operation, owner + " " + type.key, place.source});
      content.essences.emplace_back(essence_of(type.key));
      // Of other types (forms, streams) nobody looks into the body, so nothing is said about it.
      const std::string& essence = content.essences.back();
      const bool is_looked_at = is_json(essence) || essence.ends_with("*");
      content.schemas.push_back(is_looked_at ? type.schema.id : json_schema::kNoSchema);
      roots.push_back(content.schemas.back());
    }
    return content;
  }

  const Model& model_;
  std::vector<Point> points_;
  std::vector<OperationPoints> operations_;  // as in the model
  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> by_id_;
  std::vector<SchemaId> roots_;
  json_schema::SchemaCoverage schemas_;
};

}  // namespace

std::unique_ptr<const CoverageModel> make_coverage(const Model& model) {
  return std::make_unique<OpenApiCoverage>(model);
}

}  // namespace faultline::contracts::openapi
