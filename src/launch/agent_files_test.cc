#include "launch/agent_files.h"

#include <elf.h>
#include <gtest/gtest.h>

#include "launch/paths.h"
#include "launch/test_support.h"

namespace launch {
namespace {

Nmap nmap_with(const std::string& lua) {
  Nmap nmap;
  nmap.path = own_program();  // any ELF file of this machine
  nmap.lua = lua;
  return nmap;
}

std::string elf_head() { return *read_file(own_program(), sizeof(Elf64_Ehdr)); }

TEST(AgentFilesTest, the_one_for_this_nmap_must_be_there) {
  TempDir dir;
  std::string path = dir.write("nsedbg-agent-lua53.so", elf_head());
  base::Result<AgentFiles> files = find_agent_files({"/nowhere", dir.path()}, nmap_with("5.3"));
  ASSERT_TRUE(files.ok()) << files.error().text();
  EXPECT_EQ(files->lua53, path);
  EXPECT_EQ(files->lua54, "");
  base::Result<AgentFiles> other = find_agent_files({"/nowhere", dir.path()}, nmap_with("5.4"));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().message,
            "the agent for Lua 5.4, nsedbg-agent-lua54.so, is not in "
            "/nowhere, " +
                dir.path());
  EXPECT_EQ(other.error().exit_code, 3);
}

TEST(AgentFilesTest, another_machines_agent_is_refused) {
  TempDir dir;
  std::string head = elf_head();
  head[offsetof(Elf64_Ehdr, e_machine)] ^= 1;
  dir.write("nsedbg-agent-lua53.so", head);
  base::Result<AgentFiles> files = find_agent_files({dir.path()}, nmap_with("5.3"));
  ASSERT_FALSE(files.ok());
  EXPECT_NE(files.error().message.find("made for another machine"), std::string::npos);
}

TEST(AgentFilesTest, a_truncated_agent_is_refused) {
  TempDir dir;
  dir.write("nsedbg-agent-lua53.so", "\x7f");
  base::Result<AgentFiles> files = find_agent_files({dir.path()}, nmap_with("5.3"));
  ASSERT_FALSE(files.ok());
  EXPECT_NE(files.error().message.find("is not an ELF file"), std::string::npos);
}

TEST(AgentFilesTest, the_developers_directory_replaces_the_others) {
  Environment environment;
  EXPECT_EQ(agent_directories(environment, "/opt/x/bin/nsedbg")[0], "/opt/x/bin/../lib/nsedbg");
  environment.set("NSEDBG_AGENT_DIR", "/dev/agents");
  EXPECT_EQ(agent_directories(environment, "/opt/x/bin/nsedbg"),
            std::vector<std::string>{"/dev/agents"});
}

}  // namespace
}  // namespace launch
