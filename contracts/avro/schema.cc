// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/schema.h"

#include "contracts/avro/default_value.h"
#include "contracts/avro/reader.h"
#include "contracts/document.h"
#include "contracts/problems.h"

#include <utility>

namespace faultline::contracts::avro {

std::optional<TypeId> Schema::find(std::string_view full_name) const {
  const auto found = names_.find(full_name);
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

/// Makes a schema part by part, so that nobody else can.
struct SchemaLoad {
  SchemaLoad(std::string file_name, std::string text)
      : problems(std::make_shared<const SourceFile>(std::move(file_name), std::move(text))) {}

  std::unique_ptr<const Schema> run() {
    const SourceFilePtr& file = problems.file();
    if (file->text().size() > kSchemaBytes) {
      problems.error(codes::kUnreadable,
                     "the schema is larger than " + std::to_string(kSchemaBytes) + " bytes", {});
      return nullptr;
    }
    auto document = read_json(problems, kSchemaDepth);
    if (!document) return nullptr;
    report_duplicates(*document, problems);
    SchemaReader reader(problems);
    const auto root = reader.read(document->root());
    if (!root || problems.has_errors()) return nullptr;
    check_defaults(reader.types());
    std::unique_ptr<Schema> schema(new Schema);
    schema->file_ = file;
    schema->document_ = std::move(document);
    schema->types_ = std::move(reader.types());
    schema->names_ = std::move(reader.names());
    schema->root_ = *root;
    return schema;
  }

  // A schema with a wrong default describes data as well as any; who reads older data by it would
  // be given what no writer could have meant.
  void check_defaults(const std::vector<Type>& types) {
    DefaultCheck check(types);
    size_t count = 0;
    for (const Type& type : types) {
      for (const Field& field : type.fields) {
        if (!field.default_value || check.fits(*field.default_value, field.type.type)) continue;
        if (++count > SchemaReader::kComplaintsMax) return;
        note_pointer(problems.warning(codes::kKeywordValue,
                                      "the default of '" + field.name + "' is no value of its type",
                                      place_of(*field.default_value)),
                     *field.default_value);
      }
    }
  }

  Problems problems;
};

LoadedSchema load_schema(std::string file_name, std::string text) {
  SchemaLoad load(std::move(file_name), std::move(text));
  LoadedSchema loaded;
  loaded.schema = load.run();
  loaded.diagnostics = load.problems.take();
  return loaded;
}

}  // namespace faultline::contracts::avro
