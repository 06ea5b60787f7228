#include "doctor/tool_checks.h"

#include <string>

#include "base/text.h"
#include "launch/child.h"
#include "launch/nmap.h"
#include "launch/paths.h"

namespace doctor {
namespace {

constexpr std::chrono::seconds kPatience{10};

std::string first_line(const std::string& text) {
  return std::string(base::trim(text.substr(0, text.find('\n'))));
}

// What `program arguments` prints. Error: it is not there, says no, or does not answer.
base::Result<std::string> ask(const std::string& program, std::vector<std::string> arguments) {
  launch::Environment environment = launch::Environment::current();
  base::Result<std::string> path = launch::find_program(
      program, environment.get("PATH").value_or("/usr/bin:/bin"), launch::current_directory());
  if (!path) return base::fail("");
  launch::ChildSpec spec;
  spec.path = *path;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), program);
  spec.environment = environment.entries();
  base::Result<launch::Output> output = launch::run_captured(std::move(spec), kPatience);
  if (!output) return output.take_error();
  if (output->timed_out) return base::fail("gives no answer");
  if (output->status != 0) return base::fail(first_line(output->text));
  return first_line(output->text);
}

Check engine_check(const std::string& name) {
  base::Result<std::string> version = ask(name, {"--version"});
  if (!version && version.error().message.empty())
    return {State::kAbsent, name, "not installed", ""};
  if (!version) return {State::kWarning, name, version.error().message, ""};
  base::Result<std::string> list = ask(name, {"ps", "-q"});
  if (list) return {State::kOk, name, *version, ""};
  return {State::kWarning, name, *version + ": " + list.error().message,
          name == "docker" ? "is its daemon running, and may you talk to it (group docker)?"
                           : "does 'podman ps' work?"};
}

Check ssh_check() {
  base::Result<std::string> version = ask("ssh", {"-V"});
  if (version) return {State::kOk, "ssh", *version, ""};
  if (version.error().message.empty()) return {State::kAbsent, "ssh", "not installed", ""};
  return {State::kWarning, "ssh", version.error().message, ""};
}

// Looked up in the kernel's table: a connection would be taken for a program to debug.
// proc(5): "sl local_address rem_address st"; 1FEC is 8172, 0A is LISTEN.
bool listens(const char* table) {
  base::Result<std::string> text = launch::read_file(table, 4 << 20);
  if (!text) return false;
  for (const std::string& line : base::split(*text, '\n')) {
    std::vector<std::string> fields;
    for (std::string& field : base::split(line, ' '))
      if (!field.empty()) fields.push_back(std::move(field));
    if (fields.size() > 3 && base::ends_with(fields[1], ":1FEC") && fields[3] == "0A") return true;
  }
  return false;
}

Check zerobrane_check() {
  if (listens("/proc/net/tcp") || listens("/proc/net/tcp6"))
    return {State::kOk, "ZeroBrane", "port 8172 listens", ""};
  return {State::kAbsent, "ZeroBrane", "nobody listens on port 8172",
          "in ZeroBrane Studio: Project, Start Debugger Server"};
}

}  // namespace

std::vector<Check> tool_checks() {
  return {zerobrane_check(), engine_check("podman"), engine_check("docker"), ssh_check()};
}

}  // namespace doctor
