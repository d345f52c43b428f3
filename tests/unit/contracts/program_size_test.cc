// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/metaschemas.h"
#include "contracts/json_schema/registry.h"
#include "contracts/json_schema/validator.h"
#include "tests/heap/counting_new.h"

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
  EXPECT_GE(count, 15U);
}

/// The count above is what the heap gives, but for its rounding and the validator's own fields.
TEST(ProgramSize, IsWhatTheHeapHolds) {
  const Registry registry;
  const Metaschema draft7 = metaschemas_old().back();
  auto loaded = load_document(std::string(draft7.uri), std::string(draft7.text));
  ASSERT_TRUE(loaded.document);
  CompileOptions options;
  options.registry = &registry;
  options.dialect = Dialect::Draft7;

  const size_t before = heap_bytes();
  const auto result = Validator::load(*loaded.document, options);
  const size_t held = heap_bytes() - before;

  ASSERT_TRUE(result.validator);
  const size_t counted = result.validator->program().bytes();
  EXPECT_GE(held, counted);
  EXPECT_LE(held, counted + counted / 10);
}

}  // namespace
}  // namespace faultline::contracts::json_schema
