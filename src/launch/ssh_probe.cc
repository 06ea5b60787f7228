#include "launch/ssh_probe.h"

#include <map>

#include "base/text.h"

namespace launch {
namespace {

using base::fail;
using base::Result;

constexpr const char* kPrefix = "nsedbg:";  // ssh, and login scripts, may say things of their own

// @…@ is replaced. The directory is made last: nothing is left behind where nmap will not do.
constexpr const char* kScript = R"sh(LC_ALL=C; export LC_ALL; umask 077
say() { printf 'nsedbg:%s=%s\n' "$1" "$2"; }
say machine "$(uname -m)"
say uid "$(id -u)"
say home "$HOME"
[ -z "${NMAPDIR+set}" ] || say nmapdir "$NMAPDIR"
for d in @DATADIR@ "${NMAPDIR-}"; do
  case $d in ''|/*) ;; *) d=$HOME/$d ;; esac
  for f in "$d/nse_main.lua" "$d"/nmap*; do [ ! -f "$f" ] || say file "$f"; done
done
nmap=$(command -v @NMAP@) || exit 0
say nmap "$(readlink -f "$nmap" 2>/dev/null || echo "$nmap")"
@RUN@ --version </dev/null 2>&1 | sed 's/^/nsedbg:version=/'
tmp=${TMPDIR:-/tmp}
case $(ls -ld "$tmp/.") in ????????w[!tT]*) say open "$tmp"; exit 0;; esac
dir=$(mktemp -d "$tmp/nsedbg.XXXXXX") && mkdir "$dir/overlay" && say directory "$dir"
)sh";

std::string replaced(std::string text, const std::string& name, const std::string& value) {
  size_t at = text.find(name);
  return text.replace(at, name.size(), value);
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + sh_quote(word);
  return out;
}

}  // namespace

Looks RemoteHost::looks() const {
  Looks looks;
  looks.kind = [found = files](const std::string& path) {
    return found.count(path) ? FileKind::kFile : FileKind::kNone;
  };
  looks.list = [found = files](const std::string& folder) {
    std::vector<std::string> names;
    for (const std::string& path : found)
      if (parent(path) == folder) names.emplace_back(base::basename(path));
    return names;
  };
  return looks;
}

std::string probe_script(const Command& command, const NmapArgs& args) {
  std::vector<std::string> run(command.words.begin(),
                               command.words.begin() + static_cast<ptrdiff_t>(command.nmap) + 1);
  std::string script =
      replaced(kScript, "@DATADIR@", args.datadir ? sh_quote(args.datadir->value) : "''");
  script = replaced(script, "@NMAP@", sh_quote(command.nmap_word()));
  return replaced(script, "@RUN@", quoted(run));
}

Result<RemoteHost> read_probe(const std::string& output, const Command& command,
                              const std::string& host) {
  std::map<std::string, std::string> said;
  RemoteHost remote;
  for (const std::string& line : base::split(output, '\n')) {
    size_t equals = line.find('=');
    if (!base::starts_with(line, kPrefix) || equals == line.npos) continue;
    std::string name =
        line.substr(std::string_view(kPrefix).size(), equals - std::string_view(kPrefix).size());
    std::string value = line.substr(equals + 1);
    if (name == "file")
      remote.files.insert(value);
    else if (name == "version")
      said[name] += value + "\n";
    else
      said[name] = value;
  }
  if (said["machine"].empty())
    return fail("the shell of " + host +
                    " does not do as a POSIX shell does: " + std::string(base::trim(output)),
                "ssh " + host + " 'exec sh -c \"uname -m\"' should print one line");
  if (said["nmap"].empty())
    return fail("'" + command.nmap_word() + "' was not found on " + host,
                "install nmap there, or give its path there: -- /opt/nmap/bin/nmap ARGS");
  if (command.elevation != Elevation::kNone &&
      said["version"].find("Nmap version ") == std::string::npos)
    return fail("'" + command.words[0] + "' does not run nmap on " + host + ": " +
                    std::string(base::trim(said["version"])),
                "it must do so without a password; or log in as root: --ssh root@HOST");
  Result<Nmap> nmap = judge_version_text(host + ":" + said["nmap"], said["version"]);
  if (!nmap) return nmap.take_error();
  if (!said["open"].empty())
    return fail("others can move what nsedbg would make in " + said["open"] + " on " + host,
                "chmod +t it there, or set TMPDIR there to a directory that is yours alone");
  if (said["directory"].empty())
    return fail("no private directory could be made on " + host + ": " +
                std::string(base::trim(output)));
  remote.nmap = *nmap;
  remote.nmap.path = said["nmap"];
  remote.nmap.data_dir = "/usr/share/nmap";
  remote.machine = said["machine"];
  long long uid = 0;
  base::parse_int(said["uid"], uid);
  remote.uid = static_cast<uid_t>(uid);
  remote.home = said["home"];
  if (said.count("nmapdir")) remote.nmapdir = said["nmapdir"];
  remote.directory = said["directory"];
  return remote;
}

}  // namespace launch
