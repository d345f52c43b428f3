// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/check_context.h"
#include "contracts/coverage.h"
#include "contracts/finding.h"
#include "contracts/sensitive.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/message_view.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

/// What became of one message: exactly one of these, so that seen = the sum.
enum class Verdict : uint8_t { Conforms, Violates, Undocumented, Unverifiable };
inline constexpr size_t kVerdicts = 4;
[[nodiscard]] std::string_view verdict_name(Verdict verdict) noexcept;

struct CheckResult {
  Verdict verdict = Verdict::Conforms;
  /// "GET /pets/{id}", borrowed from the contract; empty when none matched.
  std::string_view operation;
  std::vector<Violation> violations;  // at most limits::kViolationsPerMessage
  uint64_t violations_left_out = 0;
  /// Reasons for what could not be checked, with counts: "content-coding", "too large",
  /// "keyword:unevaluatedProperties", "media-type:application/xml".
  std::map<std::string, uint64_t> unverifiable;
  /// The message's body as the check parsed it, if it is JSON and stands in the message as it is,
  /// without a content coding; null otherwise. Borrowed from the context until its next check of a
  /// message of that direction, and from the message.
  const json::Document* body = nullptr;
  /// What of that body the check read: it would say the same of a message that differs only in
  /// values of the body that are not in here. Null when more of it may count (the body was found
  /// wrong, could not be judged, has a lone surrogate, or members or elements that the schema's
  /// plain `properties` and `items` do not all name), and unless the context was told to note it.
  /// Borrowed likewise.
  const json_schema::Readings* body_readings = nullptr;
};

/// One operation a contract declares and how often the run met it (coverage).
struct OperationInfo {
  std::string id;  // "GET /pets/{id}"
  std::string file;
  uint32_t line = 0;
  /// What of its messages can never be checked, sorted: "media-type:application/xml",
  /// "reference:#/components/schemas/Pet". Empty when all can.
  std::vector<std::string> not_checked = {};
};

/// One loaded contract. Immutable and thread-safe after load. Knows nothing of sockets: bytes in,
/// violations out.
class Contract {
 public:
  virtual ~Contract() = default;
  [[nodiscard]] virtual const std::string& file() const noexcept = 0;
  /// "openapi 3.0.3".
  [[nodiscard]] virtual std::string description() const = 0;
  /// Things the contract says that cannot be checked or look wrong, found at load time.
  [[nodiscard]] virtual const std::vector<Diagnostic>& load_warnings() const noexcept = 0;
  [[nodiscard]] virtual std::vector<OperationInfo> operations() const = 0;

  /// Of all its texts and their names: contracts with one digest say the same.
  [[nodiscard]] virtual uint64_t digest() const noexcept = 0;

  /// Checks one half and marks what it shows. A response is checked against the operation of its
  /// request (method and target are on the view). Never throws, bounded in time and memory by
  /// limits.h.
  [[nodiscard]] virtual CheckResult check(const MessageView& message,
                                          CheckContext& context) const = 0;
  /// The same for a single message.
  [[nodiscard]] CheckResult check(const MessageView& message) const {
    CheckContext context;
    CheckResult result = check(message, context);
    result.body = nullptr;  // they go with the context
    result.body_readings = nullptr;
    return result;
  }

  /// Places whose values the contract calls secret or personal, sorted by operation.
  [[nodiscard]] virtual const std::vector<SensitivePlace>& sensitive_places() const noexcept {
    static const std::vector<SensitivePlace> kNone;
    return kNone;
  }

  /// For schema drift: pointers to properties of the JSON body of that half that the contract
  /// declares and `body` holds, sorted; what `any: true` chooses from. Empty when none.
  struct DeclaredProperty {
    std::string pointer;  // concrete, into `body`
    bool is_required = false;
    std::vector<std::string> enum_json;  // members of its enum as JSON texts, if it has one
  };
  [[nodiscard]] virtual std::vector<DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const = 0;

  /// What it declares, point by point, for a report of what traffic never showed; null when it
  /// cannot tell. Lives as long as the contract.
  [[nodiscard]] virtual const CoverageModel* coverage() const noexcept { return nullptr; }
};

/// How a contract reaches what it does not hold itself, and how it is read.
struct LoadOptions {
  /// Of the contract's file; its folder is the base of references to other files. Without it they
  /// are still told apart, but `read_file` cannot tell what lies above the folder.
  std::string absolute_path = {};
  /// The text of a file in the contract's folder or below, by its path from there
  /// ("schemas/pet.yaml"). Without it references to other files are not followed.
  std::function<Result<std::string>(const std::string& path)> read_file = {};
  /// Whether `nullable` of 3.0 allows null also where the specification gives it no effect: beside
  /// `$ref`, combinations and enums. A contract may ask for it: `x-faultline-nullable: lenient`.
  bool is_nullable_lenient = false;
};

struct LoadResult {
  std::unique_ptr<Contract> contract;  // null on failure
  std::vector<Diagnostic> diagnostics;
};

/// Loads an OpenAPI 2.0, 3.0, 3.1 or 3.2 document, YAML or JSON. The texts are given, so this room
/// opens no file.
///
/// A contract is refused only as a whole: when it is no OpenAPI document. Then the diagnostics have
/// at least one error with its place. What is wrong with one operation or schema makes that one
/// unverifiable, by name; such problems are warnings here, with codes below FL4100, and errors to
/// `faultline contract lint`.
[[nodiscard]] LoadResult load_openapi(std::string file_name, std::string text,
                                      const LoadOptions& options = {});

/// Whether a contract is wrong there, rather than beyond what can be checked.
[[nodiscard]] bool is_contract_error(const Diagnostic& diagnostic) noexcept;

/// The contracts of a listener: a message is checked by the first that knows its operation; when
/// none does, the result is Undocumented (or Unverifiable("no contract") for an empty set).
class ContractSet {
 public:
  void add(std::shared_ptr<const Contract> contract);  // shared: snapshots share contracts
  [[nodiscard]] bool empty() const noexcept { return contracts_.empty(); }
  [[nodiscard]] const std::vector<std::shared_ptr<const Contract>>& contracts() const noexcept {
    return contracts_;
  }
  [[nodiscard]] CheckResult check(const MessageView& message, CheckContext& context) const;
  /// The same for a single message.
  [[nodiscard]] CheckResult check(const MessageView& message) const {
    CheckContext context;
    CheckResult result = check(message, context);
    result.body = nullptr;  // they go with the context
    result.body_readings = nullptr;
    return result;
  }
  /// For the coverage of all of them.
  [[nodiscard]] CoverageRecord make_record() const;
  /// Of one half of an operation, by the first contract that marks any.
  [[nodiscard]] std::vector<const SensitivePlace*> sensitive_places(std::string_view operation,
                                                                    Direction direction) const;
  [[nodiscard]] std::vector<Contract::DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const;

 private:
  std::vector<std::shared_ptr<const Contract>> contracts_;
};

}  // namespace faultline::contracts
