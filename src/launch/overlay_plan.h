// How to get the overlay in front of the real nse_main.lua without changing what else nmap finds.
//
// nmap looks for each data file in: --datadir, $NMAPDIR, ~/.nmap, beside itself, the system's
// directory; the first hit wins. So the overlay must be --datadir or $NMAPDIR, and whatever of the
// user's it displaces must stay reachable, before the agent runs (nmap reads nmap-services early)
// and after it (scripts load modules late), and also when the agent cannot be loaded:
//
//   the user has                  nmap gets
//   nothing                       NMAPDIR=overlay
//   NMAPDIR=Y, only for scripts   NMAPDIR=overlay with links to all of Y; the agent restores Y
//   NMAPDIR=Y with nmap-* files   --datadir overlay, NMAPDIR=Y as it was
//   --datadir X, no nse_main      as above: nmap passes over X and comes to $NMAPDIR
//   --datadir X with nse_main     --datadir overlay, NMAPDIR=X: the same files by the same names
//   that, and NMAPDIR=Y           --datadir overlay with links to all of X, NMAPDIR=Y as it was
//   sudo that lets NMAPDIR in     sudo NMAPDIR=overlay nmap …
//   other sudo, doas, a wrapper   --datadir overlay with links to all of X; $NMAPDIR is not ours to
//   that sets NMAPDIR             set there
//
// The report tells: the command line with its --datadir, and where the files nmap-* and nmap.xsl
// were found (-v, the stylesheet of -oX). Hence NMAPDIR where it works, and no links to such files
// where there is another way. Scripts are not told by path.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launch/command.h"
#include "launch/nmap.h"
#include "launch/nmap_args.h"
#include "launch/paths.h"

namespace launch {

// How the planner looks at the file system of the place where nmap will run.
struct Looks {
  std::function<FileKind(const std::string& path)> kind = look_at;
  std::function<std::vector<std::string>(const std::string& path)> list = list_directory;
};

struct PlanInput {
  Command command;
  NmapArgs args;
  Nmap nmap;
  std::optional<std::string> nmapdir;  // the user's, as it would reach nmap
  bool nmapdir_reaches_nmap = true;    // false: sudo strips it, a wrapper overrides it
  uid_t target_uid = 0;                // who nmap will run as
  std::string cwd;
  std::string overlay;  // the overlay's directory, absolute
  Looks looks = {};     // another machine's, a container's; else ours
};

struct OverlayPlan {
  std::vector<std::string> words;          // the command to run
  std::optional<std::string> set_nmapdir;  // put this into the environment
  std::string shadowed;                    // overlay gets links to all in here; or empty
  std::optional<std::string> restored;     // what the agent makes of NMAPDIR, if we set it
  bool nmapdir_untouched = false;          // we do not
  bool ask_nmap = true;                    // see OverlayConfig
  std::vector<std::string> real_places;
  bool changes_arguments = false;  // the report will show it
};

OverlayPlan plan_overlay(const PlanInput& input);

}  // namespace launch
