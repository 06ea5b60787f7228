// docker or podman, or what understands the same words: the user's own, by its command line. What
// it is asked, it answers through a template of ours, one value a line; what an image may have
// written comes quoted, so that it cannot be taken for another line.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "launch/child.h"
#include "launch/environment.h"

namespace launch {

class Engine {
 public:
  static base::Result<Engine> find(const std::string& word, const Environment& environment);

  ChildSpec command(std::vector<std::string> words) const;
  base::Result<Output> run(std::vector<std::string> words) const;
  // The bytes of its stdout, as far as `limit`; empty if it failed.
  std::string bytes_of(std::vector<std::string> words, size_t limit) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_, program_;
  std::vector<std::string> environment_;
};

// How programs are started in there.
struct ContainerConfig {
  std::string user, cwd;  // empty: root, /
  std::optional<std::string> nmapdir;
};

// What --container names.
struct Place {
  Engine engine;
  std::string name;
  pid_t pid = 0;      // of a container's first process, as it is known here; 0: an image
  std::string image;  // the container's, by its id
  ContainerConfig config;

  bool is_image() const { return pid == 0; }
  std::string described() const;  // "the image x", for messages
};

// The container of that name, else the image. `engine` may be empty: docker and podman are asked.
// Errors: no engine, it does not work, there is no such thing, it is not running.
base::Result<Place> find_place(const std::string& name, const std::string& engine,
                               const Environment& environment);

// As `uname -m` has it.
base::Result<std::string> machine_of(const Place& place);

// The value of a word for `run` or `exec`, in all ways to write it: "-uX", "--user X", "--user=X".
std::optional<std::string> option_value(const std::vector<std::string>& words, char letter,
                                        const std::string& name);
// What `words`, else the configuration, make of it.
ContainerConfig configured(const Place& place, const std::vector<std::string>& words);

// Inverse of Go's %q, as far as names and paths need it; nothing for anything else.
std::optional<std::string> unquoted(const std::string& text);

}  // namespace launch
