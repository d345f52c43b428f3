// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "proxy/record/append_file.h"
#include "proxy/run/folder_files.h"
#include "proxy/run/run_folder.h"

#include <algorithm>
#include <map>
#include <optional>

namespace faultline::run {

namespace {

// A manifest names the segments of a journal and a dozen files; this is far beyond both.
constexpr uint64_t kManifestBytes = 64UL * 1024 * 1024;

tl::unexpected<Error> malformed(const std::string& path, std::string_view what) {
  return fail(ErrorCode::ParseFailed, path + ": " + std::string(what), ErrorSource::Input);
}

std::optional<std::string> text_of(json::Value object, std::string_view member) {
  const auto value = object.find(member);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->string());
}

std::optional<uint64_t> seed_of(json::Value root) {
  const auto seed = root.find("seed");
  if (!seed || !seed->is_number()) return std::nullopt;
  const std::string_view text = seed->number_text();  // a seed may be beyond int64
  return parse_u64(text);
}

std::optional<RunStatus> status_of(json::Value root) {
  const auto name = text_of(root, "status");
  for (const auto status : {RunStatus::Running, RunStatus::Complete, RunStatus::Interrupted}) {
    if (name && *name == run_status_name(status)) return status;
  }
  return std::nullopt;
}

/// A folder that was never sealed: what was planned and is not there.
Status inspect_planned(json::Value root, const std::vector<std::string>& present,
                       const std::string& manifest, Inspection& inspection) {
  const auto planned = root.find("planned");
  if (!planned || !planned->is_array()) return malformed(manifest, "planned: want an array");
  for (const json::Value name : planned->elements()) {
    if (!name.is_string()) return malformed(manifest, "planned: want strings");
    std::string path(name.string());
    if (!std::binary_search(present.begin(), present.end(), path)) {
      inspection.missing.push_back(std::move(path));
    }
  }
  return {};
}

Result<std::map<std::string, std::string>> listed_digests(json::Value root,
                                                          const std::string& manifest) {
  const auto files = root.find("files");
  if (!files || !files->is_array()) return malformed(manifest, "files: want an array");
  std::map<std::string, std::string> digests;
  for (const json::Value file : files->elements()) {
    const auto path = file.is_object() ? text_of(file, "path") : std::nullopt;
    const auto sha256 = path ? text_of(file, "sha256") : std::nullopt;
    if (!sha256) return malformed(manifest, "files: want objects with path and sha256");
    digests.emplace(*path, *sha256);
  }
  return digests;
}

}  // namespace

Result<Inspection> inspect_run(const std::string& path, const Crypto& crypto) {
  const std::string manifest = path + "/manifest.json";
  FL_TRY(const std::string text, record::read_file(manifest, kManifestBytes));
  const auto document = json::Document::parse(text);
  if (!document) return malformed(manifest, document.error().message);
  const json::Value root = document->root();
  const auto status = root.is_object() ? status_of(root) : std::nullopt;
  const auto run = status ? text_of(root, "run") : std::nullopt;
  const auto seed = run ? seed_of(root) : std::nullopt;
  if (!seed) return malformed(manifest, "want run, status and seed");
  Inspection inspection;
  inspection.status = *status;
  inspection.run = *run;
  inspection.name = text_of(root, "name").value_or("");
  inspection.seed = *seed;
  inspection.config_hash = text_of(root, "config_hash").value_or("");
  FL_TRY(const auto present, list_files(path));
  if (inspection.status == RunStatus::Running) {
    FL_CHECK_OK(inspect_planned(root, present, manifest, inspection));
    return inspection;
  }
  FL_TRY(const auto digests, listed_digests(root, manifest));
  for (const auto& [name, sha256] : digests) {
    if (!std::binary_search(present.begin(), present.end(), name)) {
      inspection.missing.push_back(name);
      continue;
    }
    FL_TRY(const auto file, digest_file(path, name, crypto));
    if (file.sha256 != sha256) inspection.changed.push_back(name);
  }
  for (const auto& name : present) {
    if (!digests.contains(name)) inspection.unlisted.push_back(name);
  }
  return inspection;
}

std::vector<std::string> Inspection::notes() const {
  std::vector<std::string> notes;
  if (status == RunStatus::Running) {
    notes.emplace_back("run " + run + " was never sealed: it is still going or was killed");
  } else if (status == RunStatus::Interrupted) {
    notes.emplace_back("run " + run + " was stopped before its end");
  }
  for (const auto& file : missing) {
    notes.push_back(file + " is missing");
  }
  for (const auto& file : changed) {
    notes.push_back(file + " is not what the run wrote: its sha256 differs from manifest.json");
  }
  for (const auto& file : unlisted) {
    notes.push_back(file + " is not in manifest.json: it was added after the run");
  }
  return notes;
}

}  // namespace faultline::run
