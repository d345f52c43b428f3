// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/schema.h"

#include "contracts/avro/default_value.h"
#include "contracts/avro/place.h"
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
  LoadedSchema run(SourceFilePtr file) {
    Problems problems(std::move(file));
    LoadedSchema loaded;
    auto document = parse(problems);
    if (document && is_registry_entry(document->root())) document = unwrap(*document, problems);
    if (document) loaded.schema = read(std::move(document), problems);
    loaded.diagnostics = problems.take();
    return loaded;
  }

  /// The schema in the entry of a registry, of which `problems` then are.
  std::unique_ptr<const json::Document> unwrap(const json::Document& outer, Problems& problems) {
    auto entry = read_registry_entry(outer.root(), problems);
    if (!entry || problems.has_errors()) return nullptr;
    tags = std::move(entry->tags);
    problems = Problems(std::make_shared<const SourceFile>(problems.file()->name() + "#/schema",
                                                           std::move(entry->schema)));
    return parse(problems);
  }

  static std::unique_ptr<const json::Document> parse(Problems& problems) {
    if (problems.file()->text().size() > kSchemaBytes) {
      problems.error(codes::kUnreadable,
                     "the schema is larger than " + std::to_string(kSchemaBytes) + " bytes", {});
      return nullptr;
    }
    auto document = read_json(problems, kSchemaDepth);
    if (document) report_duplicates(*document, problems);
    return document;
  }

  std::unique_ptr<const Schema> read(std::unique_ptr<const json::Document> document,
                                     Problems& problems) {
    SchemaReader reader(problems);
    const auto root = reader.read(document->root());
    if (!root || problems.has_errors()) return nullptr;
    check_defaults(reader.types(), problems);
    std::unique_ptr<Schema> schema(new Schema);
    schema->file_ = problems.file();
    schema->document_ = std::move(document);
    schema->types_ = std::move(reader.types());
    schema->names_ = std::move(reader.names());
    schema->tags_ = std::move(tags);
    schema->root_ = *root;
    return schema;
  }

  // A schema with a wrong default describes data as well as any; who reads older data by it would
  // be given what no writer could have meant.
  static void check_defaults(const std::vector<Type>& types, Problems& problems) {
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

  std::vector<PathTag> tags;
};

LoadedSchema load_schema(std::string file_name, std::string text) {
  return SchemaLoad().run(
      std::make_shared<const SourceFile>(std::move(file_name), std::move(text)));
}

}  // namespace faultline::contracts::avro
