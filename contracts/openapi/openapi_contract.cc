// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"
#include "contracts/json_schema/walk.h"
#include "contracts/openapi/checkability.h"
#include "contracts/openapi/checker.h"
#include "contracts/openapi/loader.h"
#include "contracts/openapi/operation_coverage.h"
#include "contracts/openapi/sensitive_places.h"
#include "contracts/problems.h"
#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/json/serialize.h"

#include <algorithm>
#include <set>
#include <tuple>
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
      for (const json_schema::EnumRule& rule : program_[id].enums) {
        if (rule.is_const) continue;
        for (const json::Value value : rule.values) {
          property.enum_json.push_back(json::to_text(value));
        }
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
        sensitive_(openapi::sensitive_places(model_)),
        coverage_(model_) {
    model_.digest = model_.documents->digest();
    std::stable_sort(
        sensitive_.begin(), sensitive_.end(),
        [](const SensitivePlace& a, const SensitivePlace& b) { return a.operation < b.operation; });
  }

  [[nodiscard]] const std::vector<SensitivePlace>& sensitive_places() const noexcept override {
    return sensitive_;
  }

  [[nodiscard]] const std::string& file() const noexcept override {
    return model_.documents->file_of(model_.documents->root())->name();
  }
  [[nodiscard]] std::string description() const override { return "openapi " + model_.version; }
  [[nodiscard]] const std::vector<Diagnostic>& load_warnings() const noexcept override {
    return warnings_;
  }

  [[nodiscard]] std::vector<OperationInfo> operations() const override {
    std::vector<OperationInfo> list;
    for (const openapi::Operation& operation : model_.operations) {
      const SourceFilePtr& file = model_.documents->file_of(operation.key);
      list.push_back({.id = operation.id,
                      .file = file->name(),
                      .line = file->position(operation.key.span().offset).line,
                      .not_checked = openapi::reasons_not_checked(model_, operation)});
    }
    return list;
  }

  [[nodiscard]] uint64_t digest() const noexcept override { return model_.digest; }

  [[nodiscard]] CheckResult check(const MessageView& message,
                                  CheckContext& context) const override {
    const openapi::CoverageMarks marks(coverage_, context.tally_of(*this));
    CheckResult result;
    openapi::Checker(model_, message, context, marks, result).run();
    return result;
  }

  [[nodiscard]] std::vector<DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const override {
    CheckContext context;
    const openapi::CoverageMarks no_marks(coverage_, nullptr);
    CheckResult unused;
    const auto schema = openapi::Checker(model_, message, context, no_marks, unused).body_schema();
    if (schema == json_schema::kNoSchema) return {};
    DeclaredProperties properties(model_.program, message.direction);
    json_schema::walk_members(model_.program, schema, body.root(), message.direction, properties);
    return properties.take();
  }

  [[nodiscard]] const CoverageModel* coverage() const noexcept override { return &coverage_; }

 private:
  openapi::Model model_;
  std::vector<Diagnostic> warnings_;
  std::vector<SensitivePlace> sensitive_;
  openapi::OpenApiCoverage coverage_;
};

/// Shared parameters are read once for each operation, and are wrong once.
std::vector<Diagnostic> without_repetition(std::vector<Diagnostic> first,
                                           std::vector<Diagnostic> rest) {
  std::vector<Diagnostic> list = std::move(rest);
  std::set<std::tuple<std::string, uint32_t, std::string>> known;
  for (Diagnostic& diagnostic : first) {
    const std::string name = diagnostic.file ? diagnostic.file->name() : std::string();
    if (known.emplace(name, diagnostic.span.offset, diagnostic.code).second) {
      list.push_back(std::move(diagnostic));
    }
  }
  return list;
}

}  // namespace

bool is_contract_error(const Diagnostic& diagnostic) noexcept {
  return diagnostic.code < codes::kNotChecked;
}

LoadResult load_openapi(std::string file_name, std::string text, const LoadOptions& options) {
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
  model.documents = std::make_unique<openapi::DocumentSet>(problems.file(), options);
  const bool is_read = model.documents->load_root(problems) != nullptr && !problems.has_errors();
  const bool is_usable = is_read && openapi::Loader(model, problems).run();
  result.diagnostics = without_repetition(problems.take(), model.documents->take_diagnostics());
  if (!is_usable) return result;
  // What is wrong with a part leaves the whole in use.
  for (Diagnostic& diagnostic : result.diagnostics) {
    diagnostic.severity = DiagnosticSeverity::Warning;
  }
  result.contract = std::make_unique<OpenApiContract>(std::move(model), result.diagnostics);
  return result;
}

}  // namespace faultline::contracts
