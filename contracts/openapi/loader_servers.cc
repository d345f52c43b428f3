// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <utility>

// Servers, base paths, and the routes behind them.
namespace faultline::contracts::openapi {
namespace {

/// Combinations of the variables of one server that are routed. Where there are more, any value of
/// a variable will do.
constexpr size_t kServerPaths = 64;
/// Bases that hints about undocumented paths try.
constexpr size_t kBasePathsKept = 64;

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
  auto& bases = model_.base_paths;
  if (bases.size() < kBasePathsKept && std::find(bases.begin(), bases.end(), base) == bases.end()) {
    bases.push_back(base);
  }
  return model_.routes[leaf];
}

void Loader::route(const Operation& operation, uint32_t index, const std::vector<Segment>& segments,
                   json::Value item) {
  const std::string_view path = std::string_view(operation.id).substr(operation.method.size() + 1);
  for (const std::string& base : base_paths(operation.place.source, item)) {
    auto& operations = route_to(base, segments, path, item).operations;
    const auto known = std::find_if(operations.begin(), operations.end(), [&](const auto& other) {
      return other.first == operation.method;
    });
    // Two bases of one operation may have one shape.
    if (known != operations.end() && known->second == index) continue;
    if (known != operations.end()) {
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
  if (is_openapi2()) {
    const auto base = member(root_, "basePath", json::Kind::String);
    return {base ? clean_base(base->string()) : std::string()};
  }
  for (const json::Value owner : {operation, item, root_}) {
    const auto servers = owner.find("servers");
    const bool is_none = !servers || (servers->is_array() && servers->size() == 0);
    if (!is_none) return base_paths_of_list(*servers);
  }
  return {std::string()};
}

/// Most operations share the list of the document: it is read, and complained about, once.
const std::vector<std::string>& Loader::base_paths_of_list(json::Value servers) {
  const auto [known, is_new] = server_lists_.try_emplace({&servers.document(), servers.index()});
  std::vector<std::string>& paths = known->second;
  if (!is_new) return paths;
  if (expect(servers, json::Kind::Array, "'servers'")) {
    for (const json::Value server : servers.elements()) {
      for (std::string& path : base_paths_of(server)) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
          paths.push_back(std::move(path));
        }
      }
    }
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
  // Variables of the host are not put in: they would only multiply the paths. One at the very
  // beginning may hold the host, too.
  const bool is_whole = url->string().starts_with('{');
  std::vector<std::string> paths = {
      std::string(is_whole ? url->string() : path_of_url(url->string()))};
  const auto variables = member(server, "variables", json::Kind::Object);
  if (variables) {
    for (const json::Member& variable : variables->members()) {
      paths = expand_variable(paths, variable);
    }
  }
  warn_of_unknown_variables(*url, variables);
  for (std::string& path : paths) path = clean_base(is_whole ? path_of_url(path) : path);
  return paths;
}

/// Any value will do for those as well, but nobody meant it.
void Loader::warn_of_unknown_variables(json::Value url, std::optional<json::Value> variables) {
  std::string_view rest = url.string();
  while (true) {
    const size_t open = rest.find('{');
    const size_t close = rest.find('}', open == std::string_view::npos ? rest.size() : open);
    if (close == std::string_view::npos) return;
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    if (!variables || !variables->find(name)) {
      warning(codes::kPathTemplate, "'{" + std::string(name) + "}' is not described", url).help =
          "add a variable of this name to the server";
    }
    rest.remove_prefix(close + 1);
  }
}

/// Every value of the variable in every path that has it. Without `enum` any value will do
/// (OpenAPI 3.1.1, section 4.8.6: the default is what is put in "if an alternate value is not
/// supplied"): the name stays, and the router takes a segment there as it does a parameter of a
/// path. The default is put in all the same: it may be empty, or longer than a segment.
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
  const bool is_many = values.size() * paths.size() > kServerPaths;
  const bool is_free = !others || is_many;
  std::vector<std::string> expanded;
  for (const std::string& path : paths) {
    if (path.find(name) == std::string::npos) {
      expanded.push_back(path);
      continue;
    }
    // At the very beginning it is the host as likely as a part of the path.
    const bool may_be_host = path.starts_with(name);
    if (is_free && !may_be_host) expanded.push_back(path);
    if (is_many && !may_be_host) continue;
    for (const std::string_view value : values) {
      if (expanded.size() < kServerPaths) expanded.push_back(replace_all(path, name, value));
    }
  }
  return expanded;
}

}  // namespace faultline::contracts::openapi
