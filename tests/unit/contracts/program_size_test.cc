// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/metaschemas.h"
#include "contracts/json_schema/registry.h"
#include "contracts/json_schema/validator.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::contracts::json_schema {
namespace {

/// The metaschemas are the densest schemas there are: short keywords, hardly a description.
TEST(ProgramSize, IsAtMostFourTimesTheTextOfAMetaschema) {
  const Registry registry;
  size_t count = 0;
  for (const auto list : {metaschemas_old(), metaschemas_2019(), metaschemas_2020()}) {
    for (const Metaschema& metaschema : list) {
      SCOPED_TRACE(metaschema.uri);
      auto loaded = load_document(std::string(metaschema.uri), std::string(metaschema.text));
      ASSERT_TRUE(loaded.document);
      CompileOptions options;
      options.registry = &registry;
      options.uri = metaschema.uri;
      const auto result = Validator::load(*loaded.document, options);
      ASSERT_TRUE(result.validator);
      // A metaschema of several documents is compiled with all that it refers to.
      size_t text_bytes = metaschema.text.size();
      for (const SchemaDocument& other : result.validator->program().documents) {
        if (other.file->name() != metaschema.uri) text_bytes += other.file->text().size();
      }
      EXPECT_LE(result.validator->program().bytes(), 4 * text_bytes)
          << result.validator->program().bytes() << " for " << text_bytes;
      ++count;
    }
  }
  EXPECT_GE(count, 5U);
}

}  // namespace
}  // namespace faultline::contracts::json_schema
