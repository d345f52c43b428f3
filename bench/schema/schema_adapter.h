// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <memory>
#include <string>

namespace faultline::bench {

/// All that the bench knows of the schema engine.
class CompiledSchema {
 public:
  enum class Answer : uint8_t { Valid, Invalid, Unknown };

  /// The dialect is the one that `$schema` names.
  [[nodiscard]] static Result<CompiledSchema> compile(std::string text);
  /// Fast mode: the verdict alone.
  [[nodiscard]] Answer check(json::Value instance) const;

 private:
  SourceFilePtr file_;
  std::unique_ptr<json::Document> tree_;
  contracts::json_schema::Program program_;
  contracts::json_schema::SchemaId root_ = 0;
};

}  // namespace faultline::bench
