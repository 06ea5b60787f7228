#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"
#include "cli/subcommands.h"

#ifndef NSEDBG_VERSION
#define NSEDBG_VERSION "0"
#endif

namespace cli {
namespace {

std::string usage() {
  std::string text = "nsedbg [run] [OPTIONS] nmap ARGUMENTS…";
  for (const Subcommand& one : subcommands())
    text += std::string("\n       nsedbg ") + one.name + " " + one.arguments;
  return text;
}

constexpr const char* kAbout =
    "Debugger for the Nmap Scripting Engine: nmap, its scripts and libraries stay as they are.";

constexpr const char* kFooter =
    "Everything from nmap on is nmap's own command line. Example:\n"
    "  nsedbg -b http-methods:action nmap -p 80 --script http-methods 192.0.2.1\n"
    "At the prompt, 'help' lists the commands; serve, dap, mobdebug and doctor have a --help of "
    "their\n"
    "own. Exit status: nmap's; 1 if a command of a batch failed and nmap's is 0; 2 usage; 3 the\n"
    "agent could not be loaded; 4 scripts failed, nmap's is 0 (--on-error=report); 130 "
    "interrupted.";

void describe(CLI::App& app, Options& options) {
  app.add_option_function<std::vector<std::string>>(
         "-x,--command",
         [&](const std::vector<std::string>& files) {
           for (const std::string& file : files) options.startup.push_back({true, file});
         },
         "Run the commands in FILE first; repeatable")
      ->type_name("FILE")
      ->trigger_on_parse();
  app.add_option_function<std::vector<std::string>>(
         "--ex",
         [&](const std::vector<std::string>& lines) {
           for (const std::string& line : lines) options.startup.push_back({false, line});
         },
         "Run COMMAND first (-ex too); repeatable")
      ->type_name("COMMAND")
      ->trigger_on_parse();
  app.add_option("-b,--break", options.breaks,
                 "Set a breakpoint at LOC and run at once; repeatable")
      ->type_name("LOC")
      ->allow_extra_args(false);
  app.add_option("--name", options.attach, "With attach: the nmap with TEXT in its command line")
      ->type_name("TEXT");
  app.add_option("--on-error", options.on_error,
                 "What an error of a script does; report: run at once, print the stack with its "
                 "locals to stderr, go on")
      ->type_name("stop|report|ignore");
  app.add_flag("--batch", options.batch, "Run the commands given, then let the scan end");
  app.add_option("--color", options.color, "Colours: auto, always or never")->type_name("WHEN");
  app.add_flag("--json", options.json, "One JSON object a line for each result and event");
  app.add_flag("--no-init", options.no_init, "Do not read the init file (-nx too)");
  app.add_option("--ssh", options.place.ssh,
                 "Run nmap on HOST, by your ssh; nothing needs to be installed there but nmap")
      ->type_name("HOST");
  app.add_option("--ssh-option", options.place.ssh_options,
                 "A word for ssh, such as -p2222; repeatable")
      ->type_name("WORD")
      ->allow_extra_args(false);
  app.add_option(
         "--container", options.place.container,
         "In a container that runs, or in one made from an image; nothing needs to be in it "
         "but nmap")
      ->type_name("NAME|IMAGE");
  app.add_option("--engine", options.place.engine,
                 "With --container: docker, podman or the path of one; else the one that knows the "
                 "name")
      ->type_name("ENGINE");
  app.add_option("--engine-option", options.place.engine_options,
                 "A word for the engine's run or exec, such as --network=host; repeatable")
      ->type_name("WORD")
      ->allow_extra_args(false);
  app.add_option("--token-file", options.token_file,
                 "connect: the token of 'nsedbg serve' is in FILE; else in $NSEDBG_TOKEN")
      ->type_name("FILE");
  app.add_option("--generate", options.generate,
                 "Print man, markdown, bash, zsh or fish documentation")
      ->type_name("KIND")
      ->group("");
  app.set_version_flag("--version", "nsedbg " NSEDBG_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
}

// gdb's single-dash long options, which CLI11 would read as a cluster of letters.
std::string normalized(const std::string& argument) {
  if (argument == "-ex") return "--ex";
  if (argument == "-nx") return "--no-init";
  for (const char* name : {"-batch", "-break", "-command", "-json", "-version", "-help"})
    if (argument == name) return "-" + argument;
  return argument;
}

bool takes_value(const CLI::App& app, const std::string& option) {
  if (option.find('=') != std::string::npos) return false;
  const CLI::Option* found = app.get_option_no_throw(option);
  return found && found->get_expected_min() > 0 && found->get_type_size() > 0;
}

bool looks_like_nmap(const std::string& word) {
  return base::starts_with(base::basename(word), "nmap") || word.find('/') != std::string::npos ||
         word == "sudo" || word == "doas";
}

bool is_option(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-' && argument != "--";
}

// Cuts off nmap's command line, which begins with the first word that is no option of ours.
std::vector<std::string> take_nmap(const CLI::App& app, std::vector<std::string>& arguments) {
  size_t end = 0;
  for (; end < arguments.size() && is_option(arguments[end]); ++end) {
    arguments[end] = normalized(arguments[end]);
    if (takes_value(app, arguments[end])) ++end;
  }
  end = std::min(end, arguments.size());
  auto nmap = arguments.begin() + static_cast<std::ptrdiff_t>(end);
  bool dashes = nmap != arguments.end() && *nmap == "--";
  std::vector<std::string> words(nmap + (dashes ? 1 : 0), arguments.end());
  arguments.erase(nmap, arguments.end());
  return words;
}

// Where no nmap is to be started, what is no option may stand anywhere among them.
std::vector<std::string> take_operands(const CLI::App& app, std::vector<std::string>& arguments) {
  std::vector<std::string> options, operands;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!is_option(arguments[i])) {
      if (arguments[i] != "--") operands.push_back(arguments[i]);
      continue;
    }
    options.push_back(normalized(arguments[i]));
    if (takes_value(app, options.back()) && i + 1 < arguments.size())
      options.push_back(arguments[++i]);
  }
  arguments = options;
  return operands;
}

std::string help_line(const std::string& name, const std::string& help) {
  constexpr size_t kColumn = 24;
  std::string left = "  " + name;
  return left + std::string(left.size() < kColumn ? kColumn - left.size() : 1, ' ') + help + "\n";
}

std::string help_text() {
  std::string text = "usage: " + usage() + "\n\n" + kAbout + "\n\nOptions:\n";
  for (const OptionDoc& doc : option_docs())
    if (!doc.hidden)
      text += help_line(doc.names + (doc.argument.empty() ? "" : " " + doc.argument), doc.help);
  text += "\n";
  for (const Subcommand& one : subcommands()) text += help_line(one.name, one.help);
  return text + "\n" + kFooter + "\n";
}

bool usage_error(Exit& exit, const std::string& text) {
  exit = {2, "nsedbg: " + text + "\nusage: " + usage() + "\nMore: nsedbg --help\n"};
  return false;
}

bool parse_own(CLI::App& app, std::vector<std::string> own, Exit& exit) {
  std::reverse(own.begin(), own.end());  // CLI11 wants them so
  try {
    app.parse(own);
  } catch (const CLI::CallForHelp&) {
    exit = {0, help_text()};
    return false;
  } catch (const CLI::CallForVersion&) {
    exit = {0, "nsedbg " NSEDBG_VERSION "\n"};
    return false;
  } catch (const CLI::ParseError& error) {
    return usage_error(exit, error.what());
  }
  return true;
}

bool check_place(const Options& options, Exit& exit) {
  const client::Place& place = options.place;
  if (!place.container.empty() && !place.ssh.empty())
    return usage_error(exit, "--container and --ssh do not go together: nsedbg must be there");
  if (place.container.empty() && !(place.engine.empty() && place.engine_options.empty()))
    return usage_error(exit, "--engine and --engine-option go with --container");
  if (!place.container.empty() && !options.connect.empty())
    return usage_error(exit, "connect takes no --container: the address says where");
  return true;
}

bool check(const Options& options, Exit& exit) {
  if (!check_place(options, exit)) return false;
  if (options.color != "auto" && options.color != "always" && options.color != "never")
    return usage_error(exit, "--color takes auto, always or never, not '" + options.color + "'");
  std::vector<std::string> choices = {"stop", "report", "ignore"};
  if (std::find(choices.begin(), choices.end(), options.on_error) == choices.end()) {
    std::string hint = base::did_you_mean(options.on_error, choices);
    return usage_error(exit, "--on-error takes stop, report or ignore, not '" + options.on_error +
                                 "'" + (hint.empty() ? "" : "; " + hint));
  }
  if (options.nmap.empty() || looks_like_nmap(options.nmap[0])) return true;
  std::string hint = base::did_you_mean(options.nmap[0], first_words());
  return usage_error(exit,
                     "'" + options.nmap[0] + "' is not nmap" + (hint.empty() ? "" : "; " + hint));
}

// "why SCRIPT [HOST[:PORT]] nmap …": the question goes to the prompt's command, after the scan.
void take_question(std::vector<std::string>& arguments, Options& options) {
  std::string question;
  size_t end = 1;
  for (; end < arguments.size() && arguments[end][0] != '-' && end < 3; ++end) {
    if (base::starts_with(base::basename(arguments[end]), "nmap")) break;
    question += " " + arguments[end];
  }
  arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(end));
  options.batch = options.to_the_end = true;
  for (std::string line : {std::string("run"), "why" + question})
    options.startup.push_back({false, std::move(line)});
}

// A PID, or --name TEXT among the options.
bool take_attach(const std::vector<std::string>& words, Options& options, Exit& exit) {
  if (options.attach.empty() && words.size() == 1) options.attach = words[0];
  long long pid = 0;
  bool by_name = words.empty() && !options.attach.empty();
  if (by_name ||
      (words.size() == 1 && words[0] == options.attach && base::parse_int(words[0], pid)))
    return true;
  if (words.empty()) return usage_error(exit, "attach needs a PID or --name TEXT");
  return usage_error(exit, "attach takes one PID, or --name TEXT; got '" + words.back() + "'");
}

bool take_address(const std::vector<std::string>& words, Options& options, Exit& exit) {
  if (words.empty()) return usage_error(exit, "connect to which address?");
  if (words.size() > 1)
    return usage_error(exit, "connect takes no '" + words[1] + "': nmap runs there already");
  options.connect = words[0];
  return true;
}

void prepare(CLI::App& app, Options& options) { describe(app, options); }

}  // namespace

bool parse_options(const std::vector<std::string>& given, Options& options, Exit& exit) {
  CLI::App app;
  prepare(app, options);
  std::vector<std::string> arguments = given;
  std::string command = arguments.empty() ? "" : arguments[0];
  bool attach = command == "attach", connect = command == "connect";
  if (command == "run" || attach || connect) arguments.erase(arguments.begin());
  if (command == "why") take_question(arguments, options);
  std::vector<std::string> words =
      attach || connect ? take_operands(app, arguments) : take_nmap(app, arguments);
  if (!parse_own(app, arguments, exit)) return false;
  if (attach && !take_attach(words, options, exit)) return false;
  if (!attach && !options.attach.empty()) return usage_error(exit, "--name goes with attach");
  if (connect && !take_address(words, options, exit)) return false;
  if (!attach && !connect) options.nmap = words;
  options.batch |= options.on_error == "report";
  return check(options, exit);
}

std::vector<OptionDoc> option_docs() {
  CLI::App app;
  Options options;
  prepare(app, options);
  std::vector<OptionDoc> docs;
  for (const CLI::Option* option : app.get_options()) {
    OptionDoc doc;
    doc.names = option->get_name(false, true);
    if (option->get_type_size() > 0 && option->get_expected_min() > 0)
      doc.argument = option->get_type_name();
    doc.help = option->get_description();
    doc.hidden = option->get_group().empty();
    docs.push_back(std::move(doc));
  }
  return docs;
}

}  // namespace cli
