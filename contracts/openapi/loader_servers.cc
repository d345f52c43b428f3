// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <utility>

// Servers, base paths, and the routes behind them.
namespace faultline::contracts::openapi {
namespace {

/// Combinations of the variables of one server that are routed.
constexpr size_t kServerPaths = 64;

std::string_view path_of_url(std::string_view url) noexcept {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const size_t slash = url.find('/', scheme + 3);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  } else if (url.starts_with("//")) {
    const size_t slash = url.find('/', 2);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  }
  return url.substr(0, url.find_first_of("?#"));
}

/// As it stands before the paths: "/v1", or nothing.
std::string clean_base(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.starts_with("./")) path.remove_prefix(1);
  if (path.empty() || path == ".") return {};
  return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

std::string replace_all(std::string text, const std::string& from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

Route& Loader::route_to(const std::string& base, const std::vector<Segment>& segments,
                        std::string_view path, json::Value item) {
  std::vector<Segment> full;
  if (!base.empty()) {
    const auto prefix = parse_path_template(base);
    if (prefix) full = *prefix;
  }
  full.insert(full.end(), segments.begin(), segments.end());
  const uint32_t leaf = model_.router.add(full);
  if (leaf == model_.routes.size()) {
    Route added;
    added.path = path;
    added.place = {"/paths/" + json::escape_token(path), item};
    model_.routes.push_back(std::move(added));
  }
  if (std::find(model_.base_paths.begin(), model_.base_paths.end(), base) ==
      model_.base_paths.end()) {
    model_.base_paths.push_back(base);
  }
  return model_.routes[leaf];
}

void Loader::route(const Operation& operation, uint32_t index, const std::vector<Segment>& segments,
                   json::Value item) {
  const std::string_view path = std::string_view(operation.id).substr(operation.method.size() + 1);
  for (const std::string& base : base_paths(operation.place.source, item)) {
    auto& operations = route_to(base, segments, path, item).operations;
    const bool is_known = std::any_of(operations.begin(), operations.end(), [&](const auto& known) {
      return known.first == operation.method;
    });
    if (is_known) {
      warning(codes::kAmbiguousPaths, "'" + operation.id + "' has the shape of a path above",
              operation.key)
          .notes.emplace_back("the first one counts");
    } else {
      operations.emplace_back(operation.method, index);
    }
  }
}

/// The innermost list of servers counts: operation, path, document.
std::vector<std::string> Loader::base_paths(json::Value operation, json::Value item) {
  std::vector<std::string> paths;
  if (is_openapi2()) {
    const auto base = member(root_, "basePath", json::Kind::String);
    paths.push_back(base ? clean_base(base->string()) : "");
    return paths;
  }
  for (const json::Value owner : {operation, item, root_}) {
    const auto servers = member(owner, "servers", json::Kind::Array);
    if (!servers || servers->size() == 0) continue;
    for (const json::Value server : servers->elements()) {
      for (std::string& path : base_paths_of(server)) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
          paths.push_back(std::move(path));
        }
      }
    }
    break;
  }
  if (paths.empty()) paths.emplace_back();
  return paths;
}

std::vector<std::string> Loader::base_paths_of(json::Value server) {
  const auto url = server.find("url");
  if (!url || !url->is_string()) {
    error(codes::kMissing, "a server needs a 'url'", server);
    return {};
  }
  std::vector<std::string> paths = {std::string(path_of_url(url->string()))};
  const auto variables = member(server, "variables", json::Kind::Object);
  if (variables) {
    for (const json::Member& variable : variables->members()) {
      paths = expand_variable(paths, variable);
    }
  }
  for (std::string& path : paths) path = clean_base(path);
  return paths;
}

/// Every value of the variable in every path that has it.
std::vector<std::string> Loader::expand_variable(const std::vector<std::string>& paths,
                                                 const json::Member& variable) {
  const std::string name = "{" + std::string(variable.name()) + "}";
  std::vector<std::string_view> values;
  const auto normal = variable.value.find("default");
  if (normal && normal->is_string()) values.push_back(normal->string());
  const auto others = variable.value.find("enum");
  if (others) {
    for (const json::Value other : others->elements()) {
      if (other.is_string()) values.push_back(other.string());
    }
  }
  std::vector<std::string> expanded;
  for (const std::string& path : paths) {
    if (path.find(name) == std::string::npos) {
      expanded.push_back(path);
      continue;
    }
    for (const std::string_view value : values) {
      if (expanded.size() < kServerPaths) expanded.push_back(replace_all(path, name, value));
    }
  }
  return expanded;
}

}  // namespace faultline::contracts::openapi
