#include "cli/sources.h"

#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "base/text.h"
#include "client/debuggee.h"
#include "client/local_files.h"

namespace cli {
namespace {

bool read_file(const std::string& path, std::string& out) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  out.assign(std::istreambuf_iterator<char>(file), {});
  return !file.bad();
}

// The file here may be another one than nmap's, on another machine.
bool is_the_same(const dap::Source& source, const std::string& content) {
  std::string loaded = client::checksum_of(source);
  return loaded.empty() || loaded == base::sha256(content);
}

SourceText make_text(std::string path, const std::string& content) {
  SourceText text;
  text.path = std::move(path);
  text.lines = base::split(content, '\n');
  if (text.lines.back().empty()) text.lines.pop_back();
  client::LuaState state;
  for (std::string& line : text.lines) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    text.states.push_back(state);
    client::tokenize(line, state);
  }
  return text;
}

}  // namespace

std::string short_name(const dap::Source& source) {
  if (source.path) return std::string(base::basename(*source.path));
  return source.name.value_or("?");
}

base::Result<const SourceText*> Sources::text(const dap::Source& source) {
  std::string key = source.path.value_or(source.name.value_or("")) + "#" +
                    std::to_string(source.sourceReference.value_or(0));
  auto known = cache_.find(key);
  if (known == cache_.end()) {
    base::Result<std::string> content = fetch(source);
    if (!content) return content.take_error();
    std::string path = source.path.value_or(source.name.value_or("?"));
    known = cache_.emplace(key, make_text(std::move(path), *content)).first;
  }
  return &known->second;
}

base::Result<std::string> Sources::fetch(const dap::Source& source) {
  std::string content;
  int reference = source.sourceReference.value_or(0);
  bool is_here = reference == 0 && source.path && read_file(*source.path, content);
  if (is_here && is_the_same(source, content)) return content;
  dap::SourceRequest::Arguments arguments;
  arguments.source = source;
  arguments.sourceReference = reference;
  base::Result<dap::SourceRequest::Response> answer =
      debuggee_.request<dap::SourceRequest>(arguments);
  if (answer) return std::move(answer->content);
  if (is_here) return content;  // edited since nmap has loaded it
  return base::fail("no source text for " + short_name(source), answer.error().message);
}

base::Result<const SourceText*> Sources::by_name(const std::string& name) {
  std::vector<std::string> names;
  for (const dap::Source& source : debuggee_.loaded_sources()) {
    if (short_name(source) == name || source.path == name) return text(source);
    names.push_back(short_name(source));
  }
  std::string content;
  if (read_file(name, content)) {
    dap::Source source;
    source.path = name;
    return text(source);
  }
  return base::fail("there is no source '" + name + "'", base::did_you_mean(name, names));
}

}  // namespace cli
