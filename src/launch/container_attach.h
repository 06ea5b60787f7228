// Into an nmap that runs in a container already (attach.h): the agent's file is put where that nmap
// sees it, and its socket comes there.
#pragma once

#include <memory>

#include "launch/attach.h"
#include "launch/container_directory.h"

namespace launch {

struct ContainerAttachment {
  std::unique_ptr<ContainerDirectory> dir;
  Attachment attachment;  // it gives up before the directory goes
};

// `pid` as this machine has it.
base::Result<ContainerAttachment> attach_in_container(pid_t pid);

}  // namespace launch
