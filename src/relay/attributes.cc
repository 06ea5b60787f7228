#include "relay/attributes.h"

#include <algorithm>

#include "base/text.h"

namespace relay {
namespace {

using base::fail;
using base::Result;
using base::Status;
using dap::Json;
using dap::opt;
using dap::Value;

struct LaunchArguments {
  opt<std::string> script;
  opt<Json> target;  // one or a list
  opt<Json> ports;   // "80,443", or 80
  opt<Json> scriptArgs;
  opt<std::vector<std::string>> nmapArgs;
  opt<std::vector<std::string>> args;
  opt<std::string> nmapPath;
  opt<std::string> cwd;
  opt<Json> env;
  opt<std::string> console;
  opt<std::string> stopOnEntry;
  opt<bool> justMyScript;
  opt<bool> nonStop;
  opt<bool> freezeClock;
  opt<std::vector<PathMapping>> pathMappings;
  opt<std::string> logFile;
  opt<bool> noDebug;  // DAP's own
  DAP_MEMBERS(LaunchArguments, script, target, ports, scriptArgs, nmapArgs, args, nmapPath, cwd,
              env, console, stopOnEntry, justMyScript, nonStop, freezeClock, pathMappings, logFile,
              noDebug)
};

struct AttachArguments {
  opt<int> pid;
  opt<std::string> socket;
  opt<std::string> host;
  opt<int> port;
  opt<std::string> token;
  opt<std::string> tokenFile;
  opt<std::string> stopOnEntry;
  opt<bool> justMyScript;
  opt<bool> nonStop;
  opt<bool> freezeClock;
  opt<std::vector<PathMapping>> pathMappings;
  opt<std::string> logFile;
  DAP_MEMBERS(AttachArguments, pid, socket, host, port, token, tokenFile, stopOnEntry, justMyScript,
              nonStop, freezeClock, pathMappings, logFile)
};

template <class T>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  T::members([&](auto... m) { (names.push_back(m.name), ...); });
  return names;
}

// What editors put in for themselves and send along.
bool is_the_editors(const std::string& name) {
  static const std::vector<std::string> known = {
      "name",
      "type",
      "request",
      "restart",
      "debugServer",
      "preLaunchTask",
      "postDebugTask",
      "internalConsoleOptions",
      "suppressMultipleSessionWarning",
      "serverReadyAction",
      "presentation",
      "linux",
      "osx",
      "windows",
      // Emacs, dap-mode
      "environment-variables",
      "program-to-start",
      "wait-for-port",
      "output-filter-function",
      "skip-debug-session",
  };
  return base::starts_with(name, "_") || base::starts_with(name, "dap-") ||
         std::find(known.begin(), known.end(), name) != known.end();
}

template <class T>
Result<T> read_known(const char* request, const Value& json) {
  T out;
  dap::ReadError why;
  if (!dap::read(json, out, why)) return fail(std::string(request) + ": " + why.text());
  std::vector<std::string> names = names_of<T>();
  for (const auto& member : json.GetObject()) {
    std::string name = member.name.GetString();
    if (is_the_editors(name) || std::find(names.begin(), names.end(), name) != names.end())
      continue;
    std::string all;
    for (const std::string& known : names) all += (all.empty() ? "" : ", ") + known;
    std::string near = base::did_you_mean(name, names);
    return fail(std::string(request) + ": there is no attribute '" + name + "'",
                near.empty() ? "there are: " + all : near);
  }
  return out;
}

std::string missing(const char* attribute) {
  return std::string("launch: ") + attribute + ": is missing";
}

Status one_of(const char* attribute, const opt<std::string>& value,
              const std::vector<std::string>& allowed) {
  if (!value || std::find(allowed.begin(), allowed.end(), *value) != allowed.end())
    return base::ok();
  std::string list;
  for (size_t i = 0; i < allowed.size(); ++i)
    list += (i == 0 ? "" : i + 1 < allowed.size() ? ", " : " or ") + allowed[i];
  return fail(std::string(attribute) + ": expected " + list + ", got '" + *value + "'",
              base::did_you_mean(*value, allowed));
}

bool agent_knows(const std::string& attribute) {
  std::vector<std::string> names = names_of<dap::AttachArguments>();
  return std::find(names.begin(), names.end(), attribute) != names.end();
}

// What goes to the agent; what it does not know yet must not be asked of it.
template <class T>
Result<std::string> for_agent(const T& arguments) {
  Status entry = one_of("stopOnEntry", arguments.stopOnEntry, {"none", "rule", "action"});
  if (!entry) return entry.take_error();
  std::string json = "{\"nseOutput\":true";
  auto add = [&](const char* name, const std::string& value) {
    json += std::string(",\"") + name + "\":" + value;
  };
  if (arguments.stopOnEntry) add("stopOnEntry", "\"" + *arguments.stopOnEntry + "\"");
  const std::pair<const char*, opt<bool>> flags[] = {{"justMyScript", arguments.justMyScript},
                                                     {"nonStop", arguments.nonStop},
                                                     {"freezeClock", arguments.freezeClock}};
  for (const auto& [name, value] : flags) {
    if (!value) continue;
    if (agent_knows(name))
      add(name, *value ? "true" : "false");
    else if (*value)
      return fail(std::string(name) + ": this version of nsedbg cannot do that yet",
                  "leave it out, or set it to false");
  }
  return json + "}";
}

template <class T>
Status read_common(const T& arguments, Common& out) {
  Result<std::string> agent = for_agent(arguments);
  if (!agent) return agent.take_error();
  out.agent = *agent;
  out.log_file = arguments.logFile.value_or("");
  out.path_mappings = arguments.pathMappings.value_or(std::vector<PathMapping>{});
  for (const PathMapping& one : out.path_mappings)
    if (one.localRoot.empty() || one.remoteRoot.empty())
      return fail("pathMappings: localRoot and remoteRoot must not be empty");
  return base::ok();
}

rapidjson::Document parsed(const Json& json) {
  rapidjson::Document document;
  document.Parse(json.text.c_str());
  return document;
}

Result<std::vector<std::string>> targets(const opt<Json>& attribute) {
  std::vector<std::string> out;
  if (!attribute)
    return fail(missing("target"),
                "a host, a network, or a list of them; \"\" for a script that needs none");
  rapidjson::Document json = parsed(*attribute);
  dap::ReadError why;
  if (json.IsString()) {
    if (json.GetStringLength() > 0) out.push_back(json.GetString());
  } else if (!dap::read(static_cast<const Value&>(json), out, why)) {
    return fail("launch: target: expected a string or a list of strings");
  }
  for (const std::string& one : out)
    if (base::starts_with(one, "-"))
      return fail("launch: target: '" + one + "' is an option of nmap, not a host",
                  "options go into nmapArgs");
  return out;
}

Result<std::string> ports(const Json& attribute) {
  rapidjson::Document json = parsed(attribute);
  if (json.IsUint()) return std::to_string(json.GetUint());
  if (json.IsString()) return std::string(json.GetString());
  return fail("launch: ports: expected a string such as \"80,443\", or a number");
}

Status read_environment(const opt<Json>& attribute, Launch& out) {
  if (!attribute) return base::ok();
  rapidjson::Document json = parsed(*attribute);
  if (!json.IsObject())
    return fail("launch: env: expected an object such as {\"NAME\": \"value\"}");
  for (const auto& member : json.GetObject()) {
    std::string name = member.name.GetString();
    if (!member.value.IsString()) return fail("launch: env." + name + ": expected a string");
    out.environment.emplace_back(name, member.value.GetString());
  }
  return base::ok();
}

bool names_a_program(const std::string& word) {
  std::string_view name = base::basename(word);
  return base::starts_with(name, "nmap") || name == "sudo" || name == "doas" || name == "env";
}

// `args` is the whole command line, with or without nmap in front.
Result<std::vector<std::string>> whole_command(const LaunchArguments& arguments) {
  const std::pair<const char*, bool> others[] = {{"script", arguments.script.has_value()},
                                                 {"target", arguments.target.has_value()},
                                                 {"ports", arguments.ports.has_value()},
                                                 {"scriptArgs", arguments.scriptArgs.has_value()},
                                                 {"nmapArgs", arguments.nmapArgs.has_value()}};
  for (const auto& [name, given] : others)
    if (given)
      return fail(std::string("launch: args is the whole command line of nmap: leave out ") + name,
                  "or leave out args, and give script, target, ports, scriptArgs, nmapArgs");
  std::vector<std::string> command = *arguments.args;
  if (command.empty()) return fail("launch: args: is empty");
  if (!names_a_program(command[0]))
    command.insert(command.begin(), arguments.nmapPath.value_or("nmap"));
  else if (arguments.nmapPath && base::starts_with(base::basename(command[0]), "nmap"))
    command[0] = *arguments.nmapPath;
  return command;
}

Result<std::vector<std::string>> composed_command(const LaunchArguments& arguments) {
  if (!arguments.script || arguments.script->empty())
    return fail(missing("script"), "the name of a script, or the path of a .nse file");
  Result<std::vector<std::string>> hosts = targets(arguments.target);
  if (!hosts) return hosts;
  std::vector<std::string> command = {arguments.nmapPath.value_or("nmap")};
  if (arguments.ports) {
    Result<std::string> list = ports(*arguments.ports);
    if (!list) return list.take_error();
    if (!list->empty()) command.insert(command.end(), {"-p", *list});
  }
  command.insert(command.end(), {"--script", *arguments.script});
  if (arguments.scriptArgs) {
    rapidjson::Document json = parsed(*arguments.scriptArgs);
    if (!json.IsObject() && !json.IsArray() && !json.IsString())
      return fail("launch: scriptArgs: expected an object, a list or a string");
    std::string text = script_args_text(json);
    if (!text.empty()) command.insert(command.end(), {"--script-args", text});
  }
  for (const std::string& word : arguments.nmapArgs.value_or(std::vector<std::string>{}))
    command.push_back(word);
  command.insert(command.end(), hosts->begin(), hosts->end());
  return command;
}

// host, port, token and tokenFile belong together.
Status check_remote(const AttachArguments& arguments) {
  bool others = arguments.host || arguments.token || arguments.tokenFile;
  if (!arguments.port)
    return others ? Status(fail("attach: port: is missing", "it is that of 'nsedbg serve'"))
                  : base::ok();
  if (*arguments.port < 1 || *arguments.port > 65535)
    return fail("attach: port: expected 1 to 65535, got " + std::to_string(*arguments.port));
  if (arguments.token && arguments.tokenFile)
    return fail("attach: token and tokenFile: give one of them");
  return base::ok();
}

}  // namespace

Result<Launch> read_launch(const Value& json) {
  Result<LaunchArguments> arguments = read_known<LaunchArguments>("launch", json);
  if (!arguments) return arguments.take_error();
  Launch launch;
  Status common = read_common(*arguments, launch);
  if (!common) return common.take_error();
  Status console = one_of("console", arguments->console, {"internalConsole", "integratedTerminal"});
  if (!console) return console.take_error();
  Status environment = read_environment(arguments->env, launch);
  if (!environment) return environment.take_error();
  Result<std::vector<std::string>> command =
      arguments->args ? whole_command(*arguments) : composed_command(*arguments);
  if (!command) return command.take_error();
  launch.nmap = *command;
  launch.cwd = arguments->cwd.value_or("");
  launch.in_terminal = arguments->console == "integratedTerminal";
  launch.no_debug = arguments->noDebug.value_or(false);
  return launch;
}

Result<Attach> read_attach(const Value& json) {
  Result<AttachArguments> arguments = read_known<AttachArguments>("attach", json);
  if (!arguments) return arguments.take_error();
  int ways =
      arguments->pid.has_value() + arguments->socket.has_value() + arguments->port.has_value();
  if (ways > 1) return fail("attach: pid, socket and port: give one of them");
  if (Status remote = check_remote(*arguments); !remote) return remote.take_error();
  if (ways == 0)
    return fail("attach: pid, socket or port: one of them is needed",
                "pid is nmap's; socket is agent.sock in the directory of a run; port is that of "
                "'nsedbg serve'");
  Attach attach;
  Status common = read_common(*arguments, attach);
  if (!common) return common.take_error();
  attach.socket = arguments->socket.value_or("");
  attach.pid = arguments->pid.value_or(0);
  attach.host = arguments->host.value_or("127.0.0.1");
  attach.port = arguments->port.value_or(0);
  attach.token = arguments->token.value_or("");
  attach.token_file = arguments->tokenFile.value_or("");
  return attach;
}

}  // namespace relay
