#include "launch/overlay_plan.h"

#include <algorithm>

#include "base/text.h"
#include "launch/data_files.h"

namespace launch {
namespace {

constexpr const char* kMain = "nse_main.lua";

class Planner {
 public:
  explicit Planner(const PlanInput& input) : in_(input) { plan_.words = in_.command.words; }

  OverlayPlan plan() {
    const auto& datadir = in_.args.datadir;
    bool datadir_wins = datadir && has_main(datadir->value);
    if (nmapdir_stays(datadir_wins)) {
      use_datadir();
    } else if (datadir_wins) {
      use_datadir_for(datadir->value);
    } else {
      use_nmapdir();
    }
    plan_.real_places = DataSearch(in_.nmap, search_input()).places(kMain);
    return std::move(plan_);
  }

 private:
  // $NMAPDIR is out of our reach, or in use by the user and better left alone.
  bool nmapdir_stays(bool datadir_wins) const {
    if (!in_.nmapdir_reaches_nmap) return true;
    if (!in_.nmapdir) return false;
    const auto& datadir = in_.args.datadir;
    bool links_would_show = datadir && shows_in_report(datadir->value);
    return datadir_wins || (shows_in_report(*in_.nmapdir) && !links_would_show);
  }

  // What nmap would find without us.
  SearchInput search_input() const {
    SearchInput search{std::nullopt, in_.nmapdir, in_.target_uid, in_.cwd};
    if (in_.args.datadir) search.datadir = in_.args.datadir->value;
    return search;
  }

  bool has_main(const std::string& directory) const {
    return in_.looks.kind(absolute(directory + "/" + kMain, in_.cwd)) == FileKind::kFile;
  }

  // Has files that nmap itself reads, and tells of.
  bool shows_in_report(const std::string& directory) const {
    std::vector<std::string> names = in_.looks.list(absolute(directory, in_.cwd));
    return std::any_of(names.begin(), names.end(),
                       [](const std::string& name) { return base::starts_with(name, "nmap"); });
  }

  // nmap warns of a data file in the current directory that it does not use, unless the one it uses
  // has a path that begins with a dot. It must not warn because of the overlay.
  std::string overlay_as_written() const {
    if (in_.looks.kind(absolute(kMain, in_.cwd)) == FileKind::kNone) return in_.overlay;
    std::string real = real_path(in_.cwd).value_or(in_.cwd);
    std::string up = ".";
    if (real != "/") {
      for (auto i = std::count(real.begin(), real.end(), '/'); i > 0; --i) up += "/..";
    }
    return up + in_.overlay;
  }

  void use_nmapdir() {
    if (in_.nmapdir && !in_.nmapdir->empty()) plan_.shadowed = absolute(*in_.nmapdir, in_.cwd);
    plan_.restored = in_.nmapdir;
    put_nmapdir(overlay_as_written());
  }

  void put_nmapdir(const std::string& value) {
    const Command& command = in_.command;
    if (command.elevation == Elevation::kNone) {
      plan_.set_nmapdir = value;
    } else if (command.nmapdir) {
      plan_.words[command.nmapdir_word] = "NMAPDIR=" + value;
    } else {
      plan_.words.insert(plan_.words.begin() + assignment_place(), "NMAPDIR=" + value);
    }
  }

  // The overlay in the place of --datadir, whose files it shows; $NMAPDIR stays what it is.
  void use_datadir() {
    put_datadir();
    if (in_.args.datadir) plan_.shadowed = absolute(in_.args.datadir->value, in_.cwd);
    plan_.nmapdir_untouched = true;
  }

  // The overlay in the place of --datadir, which moves on to the free $NMAPDIR.
  void use_datadir_for(const std::string& directory) {
    put_datadir();
    put_nmapdir(directory);
    plan_.restored = directory;
  }

  void put_datadir() {
    plan_.changes_arguments = true;
    plan_.ask_nmap = false;
    const auto& datadir = in_.args.datadir;
    size_t first = in_.command.nmap + 1;
    if (datadir && datadir->word != NmapArgs::kFromEnvironment) {
      std::string& word = plan_.words[first + datadir->word];
      word.replace(datadir->offset, std::string::npos, overlay_as_written());
    } else {
      auto place = plan_.words.begin() + static_cast<ptrdiff_t>(first);
      plan_.words.insert(place, {"--datadir", overlay_as_written()});
    }
  }

  // Before the nmap word, and before the `--` that ends sudo's own options.
  ptrdiff_t assignment_place() const {
    size_t nmap = in_.command.nmap;
    return static_cast<ptrdiff_t>(nmap > 1 && plan_.words[nmap - 1] == "--" ? nmap - 1 : nmap);
  }

  const PlanInput& in_;
  OverlayPlan plan_;
};

}  // namespace

OverlayPlan plan_overlay(const PlanInput& input) { return Planner(input).plan(); }

}  // namespace launch
