#include "launch/agent_files.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "launch/paths.h"

#ifndef NSEDBG_AGENT_LIBDIR
#define NSEDBG_AGENT_LIBDIR "/usr/local/lib/nsedbg"
#endif

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr int kNoAgent = 3;

std::string file_name(const std::string& lua) {
  return std::string("nsedbg-agent-lua") + lua[0] + lua[2] + ".so";
}

struct Machine {
  unsigned char elf_class = 0, byte_order = 0;
  Elf64_Half machine = 0;  // at the same place in 32 and 64 bits

  bool operator==(const Machine&) const = default;
};

// Nothing for a file that is no ELF file, such as a wrapper script.
Result<Machine> machine_of(const std::string& path) {
  Result<std::string> head = read_file(path, sizeof(Elf64_Ehdr));
  if (!head) return head.take_error();
  if (head->size() < offsetof(Elf64_Ehdr, e_version) || head->compare(0, SELFMAG, ELFMAG) != 0)
    return fail(path + " is not an ELF file", {}, kNoAgent);
  Machine machine;
  machine.elf_class = static_cast<unsigned char>((*head)[EI_CLASS]);
  machine.byte_order = static_cast<unsigned char>((*head)[EI_DATA]);
  std::memcpy(&machine.machine, head->data() + offsetof(Elf64_Ehdr, e_machine), sizeof(Elf64_Half));
  return machine;
}

// What `uname -m` says where programs for this machine run.
bool runs_on(const Machine& made_for, const std::string& machine) {
  struct Known {
    const char* name;
    Elf64_Half machine;
    unsigned char elf_class;
  };
  constexpr Known kKnown[] = {
      {"x86_64", EM_X86_64, ELFCLASS64}, {"aarch64", EM_AARCH64, ELFCLASS64},
      {"i686", EM_386, ELFCLASS32},      {"i386", EM_386, ELFCLASS32},
      {"armv7l", EM_ARM, ELFCLASS32},    {"armv6l", EM_ARM, ELFCLASS32},
      {"riscv64", EM_RISCV, ELFCLASS64}, {"ppc64le", EM_PPC64, ELFCLASS64},
      {"s390x", EM_S390, ELFCLASS64},
  };
  for (const Known& known : kKnown)
    if (machine == known.name)
      return made_for.machine == known.machine && made_for.elf_class == known.elf_class;
  return false;
}

Status check_machine(const std::string& agent, const Nmap& nmap) {
  Result<Machine> made_for = machine_of(agent);
  if (!made_for)
    return fail("the agent cannot be loaded: " + made_for.error().message,
                "install nsedbg again, or rebuild it: make", kNoAgent);
  Result<Machine> host = machine_of(nmap.is_script ? own_program() : nmap.path);
  if (host && *host != *made_for)
    return fail("the agent " + agent + " is made for another machine than " + nmap.path,
                "build nsedbg for that machine", kNoAgent);
  return base::ok();
}

}  // namespace

std::string own_program() { return real_path("/proc/self/exe").value_or(""); }

std::vector<std::string> agent_directories(const Environment& environment,
                                           const std::string& program) {
  if (auto developer = environment.get("NSEDBG_AGENT_DIR"); developer && !developer->empty())
    return {absolute(*developer, current_directory())};
  return {
      real_path(parent(program) + "/../lib/nsedbg").value_or(parent(program) + "/../lib/nsedbg"),
      NSEDBG_AGENT_LIBDIR};
}

Result<AgentFiles> find_agent_files(const std::vector<std::string>& directories, const Nmap& nmap) {
  auto find = [&](const std::string& lua) {
    for (const std::string& directory : directories) {
      std::string path = directory + "/" + file_name(lua);
      if (look_at(path) == FileKind::kFile) return path;
    }
    return std::string();
  };
  AgentFiles files{find("5.3"), find("5.4")};
  const std::string& needed = nmap.lua == "5.3" ? files.lua53 : files.lua54;
  if (needed.empty()) {
    std::string searched;
    for (const std::string& directory : directories)
      searched += (searched.empty() ? "" : ", ") + directory;
    return fail(
        "the agent for Lua " + nmap.lua + ", " + file_name(nmap.lua) + ", is not in " + searched,
        "build it with make, install nsedbg again, or set NSEDBG_AGENT_DIR", kNoAgent);
  }
  Status fits = check_machine(needed, nmap);
  if (!fits) return fits.take_error();
  return files;
}

Result<std::string> find_foreign_agent(const std::vector<std::string>& directories,
                                       const Nmap& nmap, const std::string& machine) {
  std::string name = file_name(nmap.lua);
  for (const std::string& directory : directories) {
    for (const std::string& path :
         {directory + "/" + machine + "/" + name, directory + "/" + name}) {
      Result<Machine> made_for = machine_of(path);
      if (made_for && runs_on(*made_for, machine)) return path;
    }
  }
  return fail("there is no agent for Lua " + nmap.lua + " on " + machine + " here",
              "build nsedbg on such a machine, and put its " + name + " into " +
                  directories.front() + "/" + machine + "/, or into $NSEDBG_AGENT_DIR/" + machine +
                  "/",
              kNoAgent);
}

}  // namespace launch
