// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace faultline::contracts {
namespace {

/// A folder of files in memory; `asked` keeps what was read.
struct Folder {
  std::map<std::string, std::string> files;
  std::vector<std::string> asked;

  LoadResult load(const std::string& text) {
    LoadOptions options;
    options.absolute_path = "/specs/api/openapi.yaml";
    options.read_file = [this](const std::string& path) -> Result<std::string> {
      asked.push_back(path);
      const auto file = files.find(path);
      if (file == files.end()) return fail(ErrorCode::NotFound, "there is no " + path);
      return file->second;
    };
    return load_openapi("api/openapi.yaml", text, options);
  }
};

std::string messages_of(const LoadResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    text += render_diagnostic_short(diagnostic) + "\n";
  }
  return text;
}

CheckResult get(const LoadResult& loaded, std::string_view target, std::string_view body) {
  return loaded.contract->check(json_response(target, 200, body));
}

const std::string kOverFiles = R"(openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /pets: { $ref: "paths/pets.yaml" }
  /own:
    get:
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { $ref: "schemas/pet.json#/$defs/Name" } } }
components: { schemas: { Id: { type: integer } } }
)";

TEST(OpenApiFiles, FollowsReferencesThroughTheFolder) {
  Folder folder;
  folder.files["paths/pets.yaml"] = R"(get:
  parameters: [ { $ref: "../parameters.yaml#/Page" } ]
  responses:
    "200":
      description: ok
      content: { application/json: { schema: { $ref: "../schemas/pet.json" } } }
)";
  folder.files["parameters.yaml"] = "Page: { name: page, in: query, schema: { type: integer } }\n";
  folder.files["schemas/pet.json"] =
      R"({"type":"object","properties":{"id":{"$ref":"../openapi.yaml#/components/schemas/Id"},)"
      R"("name":{"$ref":"#/$defs/Name"},"next":{"$ref":"#"}},"$defs":{"Name":{"type":"string"}}})";

  const LoadResult loaded = folder.load(kOverFiles);

  ASSERT_NE(loaded.contract, nullptr) << messages_of(loaded);
  EXPECT_EQ(messages_of(loaded), "");
  MessageView request;
  request.method = "GET";
  request.target = "/pets?page=x";
  EXPECT_EQ(rules_of(loaded.contract->check(request)),
            std::vector<std::string>{"http.request.query.type page"});
  const CheckResult wrong = get(loaded, "/pets", R"({"next":{"id":"x"}})");
  ASSERT_EQ(wrong.violations.size(), 1U);
  EXPECT_EQ(wrong.violations[0].pointer, "/next/id");
  EXPECT_EQ(wrong.violations[0].contract.file, "api/openapi.yaml");
  EXPECT_EQ(wrong.violations[0].contract.line, 11U);
  const CheckResult name = get(loaded, "/own", "1");
  ASSERT_EQ(name.violations.size(), 1U);
  EXPECT_EQ(name.violations[0].contract.file, "api/schemas/pet.json");
  EXPECT_EQ(name.violations[0].contract.resolved, "/$defs/Name/type");
  EXPECT_EQ(folder.asked.size(), 3U) << "each file is read once";
}

/// "POST /a body card/*", with "pii" behind it where it is personal, of every place.
std::vector<std::string> places_of(const Contract& contract) {
  using In = SensitivePlace::In;
  std::vector<std::string> list;
  for (const SensitivePlace& place : contract.sensitive_places()) {
    std::string text = place.operation + " " + std::string(direction_name(place.direction));
    text += place.in == In::Body ? " body" : place.in == In::Header ? " header" : " other";
    if (!place.name.empty()) text += " " + place.name;
    for (const std::string& name : place.pointer) text += "/" + name;
    list.push_back(text + (place.is_pii ? " pii" : ""));
  }
  return list;
}

TEST(OpenApiFiles, MarksOfSecretsAreFollowedIntoOtherFiles) {
  Folder folder;
  folder.files["paths/pets.yaml"] = R"(post:
  parameters: [ { $ref: "../parts.yaml#/Tenant" } ]
  requestBody:
    content: { application/json: { schema: { $ref: "../schemas/user.json" } } }
  responses:
    "200":
      description: ok
      headers: { X-Next: { $ref: "../parts.yaml#/Next" } }
      content: { application/x-ndjson: { schema: { $ref: "../schemas/user.json#/$defs/Name" } } }
)";
  folder.files["parts.yaml"] =
      "Tenant: { name: X-Tenant, in: header, schema: { $ref: 'schemas/user.json#/$defs/Name' } }\n"
      "Next: { schema: { type: string, x-sensitive: true } }\n";
  folder.files["schemas/user.json"] =
      R"({"$defs":{"Name":{"$anchor":"name","type":"string","x-pii":true}},)"
      R"("properties":{"first":{"$ref":"#name"},"next":{"$ref":"#/$defs/Name","x-pii":false},)"
      R"("pin":{"format":"password"}},"patternProperties":{"^x":{"writeOnly":true}}})";

  const LoadResult loaded = folder.load(kOverFiles);

  ASSERT_NE(loaded.contract, nullptr) << messages_of(loaded);
  EXPECT_EQ(places_of(*loaded.contract),
            (std::vector<std::string>{
                "POST /pets request header X-Tenant pii", "POST /pets request body/first pii",
                "POST /pets request body/next pii", "POST /pets request body/pin",
                "POST /pets request body/*", "POST /pets response header X-Next",
                "POST /pets response body pii"}));
}

TEST(OpenApiFiles, MarksOfSecretsAreFoundInEveryVersion) {
  const std::string swagger = R"(swagger: "2.0"
info: { title: t, version: "1" }
consumes: [ application/json ]
paths:
  /a:
    post:
      parameters:
        - { name: b, in: body, schema: { type: object, properties: { pin: { format: password } } } }
      responses: { 200: { description: ok } }
  /f:
    post:
      consumes: [ application/x-www-form-urlencoded ]
      parameters: [ { name: secret, in: formData, type: string, x-sensitive: true } ]
      responses: { 200: { description: ok } }
)";
  const std::string newest = R"(openapi: 3.2.0
info: { title: t, version: "1" }
paths:
  /q:
    query:
      requestBody:
        content:
          application/x-ndjson: { itemSchema: { properties: { who: { x-pii: name } } } }
      responses: { 200: { description: ok } }
    additionalOperations:
      COPY:
        requestBody: { content: { application/json: { schema: { writeOnly: true } } } }
        responses: { 200: { description: ok } }
)";
  Folder folder;

  const LoadResult old = folder.load(swagger);
  const LoadResult late = folder.load(newest);

  ASSERT_NE(old.contract, nullptr) << messages_of(old);
  EXPECT_EQ(places_of(*old.contract),
            (std::vector<std::string>{"POST /a request body/pin", "POST /f request body/secret"}));
  ASSERT_NE(late.contract, nullptr) << messages_of(late);
  EXPECT_EQ(places_of(*late.contract),
            (std::vector<std::string>{"COPY /q request body", "QUERY /q request body/who pii",
                                      "QUERY /q request body/*/who pii"}));
}

TEST(OpenApiFiles, MissingFilesMakeOnlyTheirOperationsUnverifiable) {
  Folder folder;
  folder.files["schemas/pet.json"] = R"({"$defs":{"Name":{"type":"string"}}})";

  const LoadResult loaded = folder.load(kOverFiles);

  ASSERT_NE(loaded.contract, nullptr);
  EXPECT_NE(messages_of(loaded).find("api/openapi.yaml:4:18: warning: 'paths/pets.yaml' is not"),
            std::string::npos)
      << messages_of(loaded);
  EXPECT_EQ(reasons_of(get(loaded, "/pets", "{}")),
            std::vector<std::string>{"reference:paths/pets.yaml"});
  EXPECT_EQ(get(loaded, "/own", "\"a\"").verdict, Verdict::Conforms);
  EXPECT_EQ(get(loaded, "/own", "1").verdict, Verdict::Violates);
}

TEST(OpenApiFiles, NeverLeavesTheFolder) {
  for (const std::string reference :
       {"../secret.yaml#/a", "../../../../../../etc/passwd", "file:///etc/passwd",
        "https://example.com/a.yaml", "//host/a.yaml", "/specs/apix/a.yaml"}) {
    SCOPED_TRACE(reference);
    Folder folder;

    const LoadResult loaded = folder.load(
        "openapi: 3.1.0\npaths: { /x: { get: { responses: { 200: { description: ok, content: "
        "{ application/json: { schema: { $ref: \"" +
        reference + "\" } } } } } } } }\n");

    ASSERT_NE(loaded.contract, nullptr);
    EXPECT_TRUE(folder.asked.empty()) << folder.asked[0];
    EXPECT_EQ(reasons_of(get(loaded, "/x", "1")),
              std::vector<std::string>{"reference:" + reference});
  }
}

TEST(OpenApiFiles, BrokenFilesAreToldWithTheirPlace) {
  Folder folder;
  folder.files["schemas/pet.json"] = "{\n  \"type\": ]";
  folder.files["paths/pets.yaml"] = "get: { responses: { 200: { $ref: 'pets.yaml#/no' } } }";

  const LoadResult loaded = folder.load(kOverFiles);

  ASSERT_NE(loaded.contract, nullptr);
  const std::string messages = messages_of(loaded);
  EXPECT_NE(messages.find("api/schemas/pet.json:2:11: warning: "), std::string::npos) << messages;
  EXPECT_NE(messages.find("api/paths/pets.yaml:1:34: warning: 'pets.yaml#/no' leads nowhere"),
            std::string::npos)
      << messages;
}

TEST(OpenApiFiles, CirclesOverFilesEnd) {
  Folder folder;
  folder.files["paths/pets.yaml"] = "{ $ref: ../more.yaml }";
  folder.files["more.yaml"] = "{ $ref: paths/pets.yaml }";
  folder.files["schemas/pet.json"] = R"({"$defs":{"Name":{"$ref":"../a.json"}}})";
  folder.files["a.json"] = R"({"$ref":"schemas/pet.json#/$defs/Name"})";

  const LoadResult loaded = folder.load(kOverFiles);

  ASSERT_NE(loaded.contract, nullptr);
  EXPECT_EQ(reasons_of(get(loaded, "/pets", "{}")), std::vector<std::string>{"reference-cycle"});
  EXPECT_EQ(reasons_of(get(loaded, "/own", "{}")), std::vector<std::string>{"reference-cycle"});
}

TEST(OpenApiFiles, SelfIsTheBaseOfReferences) {
  Folder folder;
  folder.files["schemas/pet.json"] = R"({"$defs":{"Name":{"type":"string"}}})";

  const LoadResult loaded = folder.load(R"(openapi: 3.2.0
$self: https://example.com/apis/pets.yaml
info: { title: t, version: "1" }
paths:
  /a: { get: { responses: { "200": { $ref: "#/components/responses/Name" } } } }
  /b: { get: { responses: { "200": { $ref: "#/components/responses/Id" } } } }
components:
  schemas: { Id: { type: integer } }
  responses:
    Name:
      description: ok
      content: { application/json: { schema: { $ref: "schemas/pet.json#/$defs/Name" } } }
    Id:
      description: ok
      content:
        application/json:
          schema: { $ref: "https://example.com/apis/pets.yaml#/components/schemas/Id" }
)");

  ASSERT_NE(loaded.contract, nullptr) << messages_of(loaded);
  EXPECT_EQ(messages_of(loaded), "");
  EXPECT_EQ(get(loaded, "/a", "1").verdict, Verdict::Violates);
  EXPECT_EQ(get(loaded, "/b", "1").verdict, Verdict::Conforms);
}

TEST(OpenApiFiles, AnAliasBombIsRefusedQuickly) {
  std::string bomb = "openapi: 3.0.3\nx0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "x" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "" : ",") + below;
    bomb += "]\n";
  }

  const LoadResult loaded = load_openapi("c.yaml", bomb + "paths: {}\n");

  EXPECT_EQ(loaded.contract, nullptr);
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].code, "FL0003");
}

TEST(OpenApiFiles, AContractBeyondTheLimitIsRefused) {
  const LoadResult loaded = load_openapi("c.yaml", std::string(100'000'000, ' '));

  EXPECT_EQ(loaded.contract, nullptr);
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].message, "the contract is larger than 64 MiB");
}

}  // namespace
}  // namespace faultline::contracts
