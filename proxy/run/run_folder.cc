// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/run_folder.h"

#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "proxy/json/writer.h"
#include "proxy/run/environment.h"
#include "proxy/run/folder_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace faultline::run {

namespace {

constexpr int kSuffixMax = 1000;
constexpr size_t kNameBytes = 64;

bool is_plain_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kNameBytes || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0) return fail(record::io_error("make folder", path, errno));
  return {};
}

Status make_artifacts_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(record::io_error("make folder", path, error.value()));
  return {};
}

/// Makes a rename in a folder durable.
Status sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(record::io_error("open", path, errno));
  // Some file systems cannot sync a folder and say EINVAL.
  const bool is_synced = ::fsync(descriptor) == 0 || errno == EINVAL;
  const int error_number = errno;
  ::close(descriptor);
  if (!is_synced) return fail(record::io_error("write", path, error_number));
  return {};
}

std::string files_json(const std::vector<FileDigest>& files) {
  json::Writer writer;
  writer.begin_array();
  for (const auto& file : files) {
    writer.begin_object();
    writer.member("path", file.path).member("bytes", file.bytes).member("sha256", file.sha256);
    writer.end_object();
  }
  writer.end_array();
  return writer.take();
}

}  // namespace

std::vector<std::string> standard_files() {
  return {"analysis.md",          "config.resolved.yaml",
          "contract-diff.json",   "env.signature.json",
          "errors.json",          "events.jsonl",
          "findings.json",        "junit.xml",
          "redaction-proof.json", "stats.json"};
}

std::string_view run_status_name(RunStatus status) noexcept {
  switch (status) {
    case RunStatus::Running:
      return "running";
    case RunStatus::Complete:
      return "complete";
    case RunStatus::Interrupted:
      return "interrupted";
  }
  return "running";
}

RunFolder::RunFolder(RunSpec spec, const Crypto& crypto, std::string id)
    : spec_(std::move(spec)), crypto_(crypto), id_(std::move(id)) {
  path_ = spec_.artifacts + "/" + id_;
}

Result<std::unique_ptr<RunFolder>> RunFolder::create(RunSpec spec, const Crypto& crypto) {
  if (!is_plain_name(spec.name)) {
    return fail(ErrorCode::InvalidArgument,
                "run name '" + spec.name + "' is not 1 to 64 of A-Z a-z 0-9 . _ -",
                ErrorSource::Input);
  }
  FL_CHECK_OK(make_artifacts_folder(spec.artifacts));
  const std::string base =
      format_utc_compact(spec.started) + "-" + spec.name + "-" + std::to_string(spec.seed);
  for (int suffix = 1; suffix <= kSuffixMax; ++suffix) {
    std::string id = suffix == 1 ? base : base + "-" + std::to_string(suffix);
    if (auto made = make_folder(spec.artifacts + "/" + id); !made) {
      if (made.error().code == ErrorCode::AlreadyExists) continue;
      return fail(std::move(made.error()));
    }
    std::sort(spec.planned.begin(), spec.planned.end());
    std::unique_ptr<RunFolder> folder(new RunFolder(std::move(spec), crypto, std::move(id)));
    SealInfo info;
    info.status = RunStatus::Running;
    FL_CHECK_OK(folder->replace_file("manifest.json", folder->manifest_text(info, {})));
    return folder;
  }
  return fail(ErrorCode::AlreadyExists,
              "cannot make folder " + spec.artifacts + "/" + base + ": too many of that name");
}

std::string RunFolder::file_path(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

Status RunFolder::write_file(std::string_view name, const redaction::RedactedText& text) {
  if (!is_plain_name(name)) {
    return fail(ErrorCode::InvalidArgument, "'" + std::string(name) + "' is not a file name");
  }
  return replace_file(name, text.view());
}

Status RunFolder::replace_file(std::string_view name, std::string_view text) {
  const std::string path = file_path(name);
  const std::string temporary = path + ".part";
  static_cast<void>(::unlink(temporary.c_str()));  // of an attempt that failed
  FL_TRY(auto file, record::AppendFile::create(temporary));
  Status done = file.write(text);
  if (done) done = file.sync();
  if (done) done = file.close();
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) {
    done = fail(record::io_error("write", path, errno));
  }
  if (!done) {
    static_cast<void>(::unlink(temporary.c_str()));
    return done;
  }
  return sync_folder(path_);
}

Result<record::AppendFile> RunFolder::open_append(std::string_view name) {
  if (!is_plain_name(name)) {
    return fail(ErrorCode::InvalidArgument, "'" + std::string(name) + "' is not a file name");
  }
  return record::AppendFile::create(file_path(name));
}

Status RunFolder::seal(const SealInfo& info) {
  FL_TRY(const auto files, digest_files(path_, crypto_));
  return replace_file("manifest.json", manifest_text(info, files_json(files)));
}

// manifest.json: schema_version 1, run, status, name, seed, started, config_hash,
// decision_version, versions; while running `planned` (files to come), in the end exit_code,
// decisions {count, sha256 or null} and files [{path, bytes, sha256}] in order of path, all but
// the manifest itself.
std::string RunFolder::manifest_text(const SealInfo& info, std::string_view files_json) const {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object();
  writer.member("schema_version", 1).member("run", id_);
  writer.member("status", run_status_name(info.status));
  writer.member("name", spec_.name).member("seed", spec_.seed);
  writer.member("started", format_utc(spec_.started));
  writer.member("config_hash", spec_.config_hash).member("decision_version", 1);
  writer.key("versions").begin_object();
  for (const auto& [name, version] : build_versions()) {
    writer.member(name, version);
  }
  writer.end_object();
  if (info.status == RunStatus::Running) {
    writer.key("planned").begin_array();
    for (const auto& name : spec_.planned) {
      writer.value(name);
    }
    writer.end_array();
  } else {
    writer.member("exit_code", info.exit_code);
    writer.key("decisions").begin_object().member("count", info.decisions).key("sha256");
    if (info.decision_log_hash.empty()) {
      writer.null();
    } else {
      writer.value(info.decision_log_hash);
    }
    writer.end_object();
    writer.key("files").raw(files_json);
  }
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace faultline::run
