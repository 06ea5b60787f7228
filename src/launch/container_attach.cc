#include "launch/container_attach.h"

#include <unistd.h>

#include "base/text.h"
#include "launch/agent_files.h"
#include "launch/container_processes.h"
#include "launch/injection.h"

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

Result<std::string> agent_for(pid_t pid) {
  Result<Injection> look = Injection::prepare(pid);
  if (!look) return look.take_error();
  Nmap needed;
  needed.lua = look->lua();
  needed.path = "/proc/" + std::to_string(pid) + "/exe";
  auto files = find_agent_files(agent_directories(Environment::current(), own_program()), needed);
  if (!files) return files.take_error();
  return needed.lua == "5.3" ? files->lua53 : files->lua54;
}

// "real effective saved file system": as this machine has them.
Result<uid_t> user_of(pid_t pid) {
  std::vector<std::string> ids = base::split(status_field(pid, "Uid"), '\t');
  long long uid = 0;
  if (ids.size() > 1 && base::parse_int(ids[1], uid)) return static_cast<uid_t>(uid);
  return fail("there is no process " + std::to_string(pid));
}

}  // namespace

Result<ContainerAttachment> attach_in_container(pid_t pid) {
  Result<RunningNmap> nmap = look_at_nmap(pid);
  if (!nmap) return nmap.take_error();
  Result<std::string> agent = agent_for(pid);
  if (!agent) return agent.take_error();
  Result<uid_t> user = user_of(pid);
  if (!user) return user.take_error();
  Result<ForeignRoot> root = ForeignRoot::open(pid);
  if (!root) return root.take_error();
  Result<ContainerDirectory> made = ContainerDirectory::create_in(
      *root, ids_outside(pid, 0, 0).value_or(Ids{geteuid(), getegid()}));
  if (!made) return made.take_error();
  auto dir = std::make_unique<ContainerDirectory>(std::move(*made));
  Status put = dir->put_agent(*agent);
  if (put) put = dir->hand_over(*user);
  if (!put) return put.take_error();
  AttachOptions options;
  options.agent = dir->agent_path();
  options.socket_dir = dir->socket_dir();
  options.allow_user = user_inside(pid, geteuid());
  options.connect = [there = dir.get()] { return there->connect(); };
  Result<Attachment> begun = Attachment::begin(pid, options);
  if (!begun) return begun.take_error();
  return ContainerAttachment{std::move(dir), std::move(*begun)};
}

}  // namespace launch
