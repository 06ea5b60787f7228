// nmap in a container with the agent inside, as launch.h does it here. An image gets a container of
// its own, with our directory mounted into it; into a container that runs the directory is made
// from outside. Nothing is run in there but nmap itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launch/container_directory.h"
#include "launch/engine.h"
#include "launch/launch.h"

namespace launch {

struct ContainerOptions {
  std::string name, engine;        // --container, --engine
  std::vector<std::string> words;  // for the engine's run or exec
};

struct ContainerStarted {
  Place place;
  std::unique_ptr<RunDirectory> run_dir;  // around what is mounted
  ContainerDirectory dir;
  Process process;  // the engine's client, with nmap's output and exit status
  std::vector<std::string> warnings;
};

base::Result<ContainerStarted> start_in_container(const Options& options,
                                                  const ContainerOptions& where);

// Ends nmap there: with this signal, or with the container if that is its own.
void signal_in_container(const ContainerStarted& run, int number);

}  // namespace launch
