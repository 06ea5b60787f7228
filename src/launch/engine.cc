#include "launch/engine.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "launch/nmap.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Result;
using base::Status;

constexpr auto kDeadline = std::chrono::minutes(2);

constexpr const char* kConfig =
    "{{with .Config}}user={{printf \"%q\" .User}}\ncwd={{printf \"%q\" .WorkingDir}}\n"
    "{{range .Env}}env={{printf \"%q\" .}}\n{{end}}{{end}}";
constexpr const char* kContainer =
    "state={{.State.Status}}\npid={{.State.Pid}}\nimage={{.Image}}\n";

std::string first_line(const std::string& text) {
  return std::string(base::trim(base::trim(text).substr(0, base::trim(text).find('\n'))));
}

std::vector<std::string> lines_of(const Result<Output>& output) {
  std::vector<std::string> lines;
  if (!output || output->status != 0) return lines;
  for (const std::string& line : base::split(output->text, '\n'))
    if (std::string_view text = base::trim(line); !text.empty()) lines.emplace_back(text);
  return lines;
}

// The last word on each: ours come after what an engine may warn of.
using Answers = std::map<std::string, std::string>;

Answers read_answers(const std::vector<std::string>& lines, ContainerConfig& config) {
  Answers answers;
  for (const std::string& line : lines) {
    size_t equals = line.find('=');
    if (equals == line.npos) continue;
    std::string name = line.substr(0, equals), value = line.substr(equals + 1);
    if (name != "env") answers[name] = value;
    std::string entry = name == "env" ? unquoted(value).value_or("") : "";
    if (base::starts_with(entry, "NMAPDIR=")) config.nmapdir = entry.substr(8);
  }
  config.user = unquoted(answers["user"]).value_or("");
  config.cwd = unquoted(answers["cwd"]).value_or("");
  return answers;
}

std::string without(std::string_view prefix, std::string_view suffix, std::string text) {
  if (base::starts_with(text, prefix)) text.erase(0, prefix.size());
  if (base::ends_with(text, suffix)) text.erase(text.size() - suffix.size());
  return text;
}

base::Error nothing_of_that_name(const Engine& engine, const std::string& name) {
  std::string what = engine.name() + " has no container and no image '" + name + "'";
  std::vector<std::string> known = lines_of(engine.run({"ps", "--format", "{{.Names}}"}));
  for (std::string& image :
       lines_of(engine.run({"images", "--format", "{{.Repository}}:{{.Tag}}"})))
    known.push_back(without("localhost/", ":latest", std::move(image)));
  std::string meant = base::did_you_mean(name, known);
  if (!meant.empty()) return fail(what, meant);
  return fail(what, "see " + engine.name() + " ps, " + engine.name() +
                        " images; or fetch it: " + engine.name() + " pull " + name);
}

Status check_engine(const Engine& engine) {
  Result<Output> list = engine.run({"ps", "-q"});
  if (!list) return list.take_error();
  if (list->timed_out) return fail(engine.name() + " gives no answer");
  if (list->status == 0) return base::ok();
  return fail(engine.name() + " does not work: " + first_line(list->text),
              engine.name() == "docker"
                  ? "is its daemon running, and may you talk to it (group docker)?"
                  : "does 'podman ps' work?");
}

Result<std::optional<Place>> find_container(const Engine& engine, const std::string& name) {
  Place place{engine, name, 0, {}, {}};
  std::vector<std::string> lines = lines_of(
      engine.run({"container", "inspect", "--format", std::string(kContainer) + kConfig, name}));
  Answers said = read_answers(lines, place.config);
  if (said["state"].empty()) return std::optional<Place>();
  long long pid = 0;
  if (said["state"] != "running" || !base::parse_int(said["pid"], pid) || pid <= 1)
    return fail("the container '" + name + "' is not running: it is " + said["state"],
                engine.name() + " start " + name + "; or name an image, which nsedbg starts");
  place.pid = static_cast<pid_t>(pid);
  place.image = said["image"];
  return std::optional<Place>(std::move(place));
}

std::optional<Place> find_image(const Engine& engine, const std::string& name) {
  Place place{engine, name, 0, name, {}};
  std::vector<std::string> lines = lines_of(
      engine.run({"image", "inspect", "--format", std::string("image=here\n") + kConfig, name}));
  if (read_answers(lines, place.config)["image"].empty()) return std::nullopt;
  return place;
}

Result<std::optional<Place>> find_in(const Engine& engine, const std::string& name) {
  Result<std::optional<Place>> container = find_container(engine, name);
  if (!container || *container) return container;
  return find_image(engine, name);
}

Result<std::vector<Engine>> engines(const std::string& word, const Environment& environment) {
  for (const char* variable : {"DOCKER_HOST", "CONTAINER_HOST"}) {
    std::string host = environment.get(variable).value_or("");
    if (!host.empty() && !base::starts_with(host, "unix:"))
      return fail(std::string(variable) + " names an engine on another machine, " + host,
                  "nsedbg must be where the containers are: log in there");
  }
  std::vector<Engine> found;
  for (const std::string& name :
       word.empty() ? std::vector<std::string>{"podman", "docker"} : std::vector{word}) {
    Result<Engine> engine = Engine::find(name, environment);
    if (engine) found.push_back(std::move(*engine));
    if (!engine && !word.empty()) return engine.take_error();
  }
  if (!found.empty()) return found;
  return fail("neither podman nor docker was found in $PATH",
              "apt-get install podman; or --engine PATH, of one that understands the same words");
}

}  // namespace

Result<Engine> Engine::find(const std::string& word, const Environment& environment) {
  Result<std::string> program =
      find_program(word, environment.get("PATH").value_or("/usr/bin:/bin"), current_directory());
  if (!program)
    return fail("the engine '" + word + "' was not found" +
                    (word.find('/') == word.npos ? " in $PATH" : ""),
                "--engine takes docker, podman, or the path of what understands the same words");
  Engine engine;
  engine.name_ = base::basename(word);
  engine.program_ = *program;
  engine.environment_ = environment.entries();
  return engine;
}

ChildSpec Engine::command(std::vector<std::string> words) const {
  ChildSpec spec;
  spec.path = program_;
  spec.argv = std::move(words);
  spec.argv.insert(spec.argv.begin(), name_);
  spec.environment = environment_;
  return spec;
}

Result<Output> Engine::run(std::vector<std::string> words) const {
  return run_captured(command(std::move(words)), kDeadline);
}

std::string Engine::bytes_of(std::vector<std::string> words, size_t limit) const {
  std::string bytes;
  int ends[2];
  Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing.valid() || pipe2(ends, O_CLOEXEC) != 0) return bytes;
  Fd out(ends[0]), in(ends[1]);
  ChildSpec spec = command(std::move(words));
  spec.stdio[0] = spec.stdio[2] = nothing.get();
  spec.stdio[1] = in.get();
  Result<pid_t> pid = start_child(spec);
  in.reset();
  if (!pid) return bytes;
  char chunk[65536];
  for (ssize_t n; bytes.size() < limit &&
                  ((n = read(out.get(), chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR));)
    if (n > 0) bytes.append(chunk, static_cast<size_t>(n));
  out.reset();
  Result<int> status = wait_child(*pid);
  return status && (*status == 0 || bytes.size() >= limit) ? bytes : std::string();
}

std::string Place::described() const {
  return (is_image() ? "the image '" : "the container '") + name + "'";
}

Result<Place> find_place(const std::string& name, const std::string& engine,
                         const Environment& environment) {
  if (name.empty() || name[0] == '-')
    return fail("--container takes the name of a container or an image",
                "for example: --container nmap:latest", 2);
  Result<std::vector<Engine>> found = engines(engine, environment);
  if (!found) return found.take_error();
  for (const Engine& one : *found) {
    Result<std::optional<Place>> place = find_in(one, name);
    if (!place) return place.take_error();
    if (*place) return std::move(**place);
  }
  for (const Engine& one : *found) {
    Status works = check_engine(one);
    if (!works && found->size() == 1) return works.take_error();
    if (works) return nothing_of_that_name(one, name);
  }
  return check_engine(found->front()).take_error();
}

Result<std::string> machine_of(const Place& place) {
  // Go's names (GOARCH), which images have.
  static const std::map<std::string, std::string> names = {
      {"amd64", "x86_64"},    {"arm64", "aarch64"},   {"386", "i686"},    {"arm", "armv7l"},
      {"riscv64", "riscv64"}, {"ppc64le", "ppc64le"}, {"s390x", "s390x"},
  };
  std::vector<std::string> lines = lines_of(
      place.engine.run({"image", "inspect", "--format", "{{.Architecture}}", place.image}));
  std::string said = lines.empty() ? "" : lines.back();
  auto known = names.find(said);
  if (known != names.end()) return known->second;
  return fail(place.engine.name() + " does not say for which machine " + place.described() +
              " is: '" + said + "'");
}

std::optional<std::string> option_value(const std::vector<std::string>& words, char letter,
                                        const std::string& name) {
  std::optional<std::string> value;
  const std::string brief = std::string("-") + letter, full = "--" + name;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if ((word == brief || word == full) && i + 1 < words.size())
      value = words[++i];
    else if (base::starts_with(word, full + "="))
      value = word.substr(full.size() + 1);
    else if (base::starts_with(word, brief) && word.size() > 2 && word[1] != '-')
      value = word.substr(word[2] == '=' ? 3 : 2);
  }
  return value;
}

ContainerConfig configured(const Place& place, const std::vector<std::string>& words) {
  ContainerConfig config = place.config;
  if (auto user = option_value(words, 'u', "user")) config.user = *user;
  if (auto cwd = option_value(words, 'w', "workdir")) config.cwd = *cwd;
  if (config.cwd.empty()) config.cwd = "/";
  for (std::string word : words) {
    for (std::string_view prefix : {"-e", "--env="})
      if (base::starts_with(word, prefix)) word.erase(0, prefix.size());
    if (base::starts_with(word, "NMAPDIR=")) config.nmapdir = word.substr(8);
  }
  return config;
}

std::optional<std::string> unquoted(const std::string& text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  std::string out;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i + 1 >= text.size() || (text[i] != '\\' && text[i] != '"')) return std::nullopt;
    out += text[i];
  }
  return out;
}

}  // namespace launch
