// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/document.h"
#include "contracts/engine.h"
#include "contracts/json_schema/walk.h"
#include "contracts/openapi/checker.h"
#include "contracts/openapi/loader.h"
#include "contracts/openapi/sensitive_places.h"
#include "contracts/problems.h"
#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/json/serialize.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts {
namespace {

/// What schema drift may choose from, per body.
constexpr size_t kDeclaredMax = 10'000;

class DeclaredProperties final : public json_schema::MemberVisitor {
 public:
  DeclaredProperties(const json_schema::Program& program, Direction direction)
      : program_(program), direction_(direction) {}

  void on_member(const json::Member& member, const json_schema::MemberFacts& facts,
                 const json_schema::WalkPath& path) override {
    if (!facts.is_declared || list_.size() == kDeclaredMax) return;
    Contract::DeclaredProperty property;
    property.pointer = path.pointer();
    property.is_required = facts.is_required;
    const auto schemas =
        json_schema::in_place_closure(program_, facts.schemas.ids(), member.value, direction_);
    for (const json_schema::SchemaId id : schemas.ids()) {
      if (!program_[id].enumeration) continue;
      for (const json::Value value : program_[id].enumeration->values) {
        property.enum_json.push_back(json::to_text(value));
      }
    }
    list_.push_back(std::move(property));
  }

  [[nodiscard]] std::vector<Contract::DeclaredProperty> take() {
    std::sort(list_.begin(), list_.end(),
              [](const auto& a, const auto& b) { return a.pointer < b.pointer; });
    return std::move(list_);
  }

 private:
  const json_schema::Program& program_;
  Direction direction_;
  std::vector<Contract::DeclaredProperty> list_;
};

class OpenApiContract final : public Contract {
 public:
  OpenApiContract(openapi::Model model, std::vector<Diagnostic> warnings)
      : model_(std::move(model)),
        warnings_(std::move(warnings)),
        sensitive_(openapi::sensitive_places(model_.document->root())) {
    std::stable_sort(
        sensitive_.begin(), sensitive_.end(),
        [](const SensitivePlace& a, const SensitivePlace& b) { return a.operation < b.operation; });
  }

  [[nodiscard]] const std::vector<SensitivePlace>& sensitive_places() const noexcept override {
    return sensitive_;
  }

  [[nodiscard]] const std::string& file() const noexcept override { return model_.file->name(); }
  [[nodiscard]] std::string description() const override { return "openapi " + model_.version; }
  [[nodiscard]] const std::vector<Diagnostic>& load_warnings() const noexcept override {
    return warnings_;
  }

  [[nodiscard]] std::vector<OperationInfo> operations() const override {
    std::vector<OperationInfo> list;
    for (const openapi::Operation& operation : model_.operations) {
      list.push_back({.id = operation.id,
                      .file = model_.file->name(),
                      .line = model_.file->position(operation.key.offset).line});
    }
    return list;
  }

  [[nodiscard]] CheckResult check(const MessageView& message) const override {
    return openapi::Checker(model_, message).run();
  }

  [[nodiscard]] std::vector<DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const override {
    const auto schema = openapi::Checker(model_, message).body_schema();
    if (schema == json_schema::kNoSchema) return {};
    DeclaredProperties properties(model_.program, message.direction);
    json_schema::walk_members(model_.program, schema, body.root(), message.direction, properties);
    return properties.take();
  }

 private:
  openapi::Model model_;
  std::vector<Diagnostic> warnings_;
  std::vector<SensitivePlace> sensitive_;
};

}  // namespace

LoadResult load_openapi(std::string file_name, std::string text) {
  LoadResult result;
  if (text.size() > limits::kContractBytes) {
    const auto empty = std::make_shared<const SourceFile>(std::move(file_name), std::string());
    Problems problems(empty);
    problems.error(codes::kSyntax, "the contract is larger than 64 MiB", {});
    result.diagnostics = problems.take();
    return result;
  }
  Problems problems(std::make_shared<const SourceFile>(std::move(file_name), std::move(text)));
  openapi::Model model;
  model.file = problems.file();
  model.document = read_document(problems, result.diagnostics);
  if (model.document) report_duplicates(*model.document, problems);
  if (model.document && !problems.has_errors()) openapi::Loader(model, problems).run();
  const bool is_usable = model.document && !problems.has_errors();
  auto found = problems.take();
  result.diagnostics.insert(result.diagnostics.end(), found.begin(), found.end());
  if (is_usable) {
    result.contract = std::make_unique<OpenApiContract>(std::move(model), std::move(found));
  }
  return result;
}

}  // namespace faultline::contracts
