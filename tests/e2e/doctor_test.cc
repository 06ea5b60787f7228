// nsedbg doctor: what it says of a machine that is well, and of each thing that can be wrong.
#include <elf.h>

#include <filesystem>
#include <fstream>

#include "e2e/run.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

class Doctor : public EndToEnd {
 protected:
  ~Doctor() override { EXPECT_EQ(sandbox_.run_leftovers(), Words{}); }

  Finished doctor(const Words& more = {}) {
    return run({TEST_NSEDBG, "doctor", nmap().path}, "", more);
  }
  // A program that stands in for one of the machine's, first in PATH.
  std::string program(const std::string& name, const std::string& script) {
    std::string path = sandbox_.write("bin/" + name, "#!/bin/sh\n" + script + "\n");
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  std::string path_with_ours() const {
    return "PATH=" + sandbox_.path("bin") + ":" + std::string(getenv("PATH"));
  }
  std::string agent() const {
    return "nsedbg-agent-lua" + std::string(nmap().lua == "5.3" ? "53" : "54") + ".so";
  }
};
ON_BOTH_NMAPS(Doctor);

// The line of a check; empty if there is none.
std::string line(const std::string& output, const std::string& name) {
  size_t at = output.find(name + " ");
  while (at != std::string::npos && (at < 9 || (at > 9 && output[at - 10] != '\n')))
    at = output.find(name + " ", at + 1);
  if (at == std::string::npos) return "";
  size_t begin = at - 9;
  return output.substr(begin, output.find('\n', begin) - begin);
}

void expect_line(const Finished& run, const std::string& name, const Words& parts) {
  for (const std::string& part : parts)
    EXPECT_TRUE(contains(line(run.output, name), part))
        << name << " does not say '" << part << "':\n"
        << run.output;
}

TEST_P(Doctor, a_machine_that_is_well) {
  Finished said = doctor();
  EXPECT_EQ(said.status, 0) << said.output;
  expect_line(said, "nmap", {"ok", nmap().path, "Lua " + nmap().lua});
  expect_line(said, "scripts", {"ok", nmap().data_dir, " scripts"});
  expect_line(said, "agent", {"ok", agent()});
  expect_line(said, "run directory", {"ok", sandbox_.path("run")});
  expect_line(said, "trial", {"ok", "nmap ran a script with the agent inside"});
  EXPECT_FALSE(contains(said.output, "problem")) << said.output;
}

TEST_P(Doctor, no_nmap) {
  Finished said = run({TEST_NSEDBG, "doctor", "nmapp"});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "nmap", {"problem", "'nmapp' was not found in $PATH"});
  EXPECT_TRUE(contains(said.output, "did you mean 'nmap'?")) << said.output;
}

TEST_P(Doctor, nmap_without_lua) {
  std::string fake = program("nmap",
                             "echo 'Nmap version 7.93 ( https://nmap.org )'\n"
                             "echo 'Compiled with: openssl-3.0.7'");
  Finished said = run({TEST_NSEDBG, "doctor"}, "", {path_with_ours()});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "nmap", {"problem", fake, "was built without Lua"});
}

TEST_P(Doctor, no_agent) {
  std::string empty = sandbox_.make_directory("empty");
  Finished said = doctor({"NSEDBG_AGENT_DIR=" + empty});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "agent", {"problem", agent(), "is not in " + empty});
  EXPECT_EQ(line(said.output, "trial"), "");
}

TEST_P(Doctor, the_agent_of_another_machine) {
  std::string elf = support::read_file(std::string(TEST_AGENT_DIR) + "/" + agent());
  elf[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_RISCV);
  elf[offsetof(Elf64_Ehdr, e_machine) + 1] = 0;
  std::ofstream(sandbox_.make_directory("foreign") + "/" + agent()) << elf;
  Finished said = doctor({"NSEDBG_AGENT_DIR=" + sandbox_.path("foreign")});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "agent", {"problem", "is made for another machine than " + nmap().path});
}

// The right machine, and still nothing that nmap can load: only the trial finds that.
TEST_P(Doctor, an_agent_that_does_not_load) {
  std::string elf = support::read_file(std::string(TEST_AGENT_DIR) + "/" + agent());
  std::ofstream(sandbox_.make_directory("short") + "/" + agent())
      << elf.substr(0, sizeof(Elf64_Ehdr));
  Finished said = doctor({"NSEDBG_AGENT_DIR=" + sandbox_.path("short")});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "agent", {"ok"});
  expect_line(said, "trial", {"problem", "nmap cannot load the agent: "});
  EXPECT_TRUE(contains(said.output, "build nsedbg again")) << said.output;
}

TEST_P(Doctor, nmaps_script_engine_is_broken) {
  sandbox_.write("data/nse_main.lua", "error 'no engine'\n");
  Finished said = doctor({"NMAPDIR=" + sandbox_.path("data")});
  EXPECT_EQ(said.status, 1) << said.output;
  expect_line(said, "scripts", {"ok", sandbox_.path("data")});
  expect_line(said, "trial", {"problem", "nmap ended with status"});
}

TEST_P(Doctor, the_run_directory_cannot_be_made) {
  std::string deep = sandbox_.make_directory("run/" + std::string(100, 'x'));
  Finished said = doctor({"XDG_RUNTIME_DIR=" + deep});
  fs::remove(deep + "/nsedbg");
  fs::remove(deep);
  // Another base is taken where there is one (root's /run); the socket's path fits in there.
  if (said.status == 0)
    EXPECT_FALSE(contains(line(said.output, "run directory"), deep)) << said.output;
  else
    expect_line(said, "run directory", {"problem", "too long for a socket"});
}

TEST_P(Doctor, editors_that_know_nsedbg) {
  sandbox_.write("home/.vscode/extensions/nsedbg.nsedbg-0.1.0/package.json", "{}");
  sandbox_.write("home/.config/nvim/after/plugin/nse.lua", "command = \"nsedbg\"\n");
  sandbox_.write("home/.emacs.d/init.el", "(message \"hello\")\n");
  sandbox_.write("home/.config/helix/languages.toml", "command = \"nsedbg\"\n");
  program("emacs", "exit 0");
  Finished said = doctor({path_with_ours()});
  expect_line(said, "VS Code", {"ok", "nsedbg.nsedbg-0.1.0"});
  expect_line(said, "Neovim", {"ok", "after/plugin/nse.lua"});
  expect_line(said, "Emacs", {"-", "does not mention nsedbg"});
  expect_line(said, "Helix", {"ok", "languages.toml"});
}

TEST_P(Doctor, tools_that_answer_and_tools_that_do_not) {
  program("podman", "[ \"$1\" != --version ] || echo 'podman version 4.3.1'");
  program("docker",
          "[ \"$1\" = --version ] && echo 'Docker version 28' && exit\n"
          "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  program("ssh", "echo OpenSSH_9.2p1 >&2");
  Finished said = doctor({path_with_ours()});
  EXPECT_EQ(said.status, 0) << said.output;
  expect_line(said, "podman", {"ok", "podman version 4.3.1"});
  expect_line(said, "docker", {"warning", "Docker version 28: Cannot connect"});
  expect_line(said, "ssh", {"ok", "OpenSSH_9.2p1"});
}

TEST_P(Doctor, json_is_one_object_a_line) {
  Finished said = run({TEST_NSEDBG, "doctor", "--json", nmap().path});
  EXPECT_EQ(said.status, 0) << said.output;
  EXPECT_TRUE(contains(said.output, "{\"check\":\"trial\",\"state\":\"ok\",\"text\":\"nmap ran"))
      << said.output;
}

TEST_P(Doctor, wrong_usage) {
  Finished said = run({TEST_NSEDBG, "doctor", "--jsn"});
  EXPECT_EQ(said.status, 2) << said.output;
  EXPECT_TRUE(contains(said.output, "there is no option '--jsn'; did you mean '--json'?"));
  EXPECT_EQ(run({TEST_NSEDBG, "doctor", "nmap", "-sV"}).status, 2);
  EXPECT_EQ(run({TEST_NSEDBG, "doctor", "--help"}).status, 0);
}

}  // namespace
}  // namespace e2e
