#!/bin/bash
# usage: helix.sh HX LANGUAGES_TOML        (TARGET_PORT=…; in a folder with page.nse)
#
# Helix in a tmux of its own, with editors/helix/languages.toml as a user would have it. What is
# checked is what a user would see on the screen.
set -euo pipefail

hx=$1 config=$2
line=$(grep -n http.get page.nse | cut -d: -f1)
tmux=(tmux -L "nsedbg-helix-$$" -f /dev/null)

# Helix has no other way to give a launch argument than a template's, and shows only the last line of
# the output: the report goes to a file.
mkdir -p "$XDG_CONFIG_HOME/helix"
more="ports = \"$TARGET_PORT\", nmapArgs = [\"-oN\", \"$PWD/report\"]"
sed "s|target = \"{1}\"|&, $more|" "$config" >"$XDG_CONFIG_HOME/helix/languages.toml"
grep -qF "$more" "$XDG_CONFIG_HOME/helix/languages.toml"

screen() { "${tmux[@]}" capture-pane -p; }
fail() {
  echo "helix: $1; the screen:" >&2
  screen >&2
  grep -v LoadedSource "$XDG_CACHE_HOME/helix/helix.log" | tail -n 5 >&2 || :
  exit 1
}
# Waits until the screen shows the pattern, or no longer does.
shows() {
  local deadline=$((SECONDS + 180))
  until screen | grep -q -- "$1"; do
    [ $SECONDS -lt $deadline ] || fail "waited in vain for '$1'"
    sleep 0.1
  done
}
shows_not() {
  local deadline=$((SECONDS + 180))
  while screen | grep -q -- "$1"; do
    [ $SECONDS -lt $deadline ] || fail "'$1' is still there"
    sleep 0.1
  done
}
keys() { "${tmux[@]}" send-keys "$@"; }
command() {
  keys Escape
  keys -l ":$1"
  shows ":$1"
  keys Enter
}

"${tmux[@]}" new-session -d -x 120 -y 40 "$hx page.nse"
trap '"${tmux[@]}" kill-server 2>/dev/null' EXIT
shows 'local response = http.get'
shows ' 1:1 *$'
command "$line"
shows " $line:1 *$"
# One key of the menu of <space>G, which stays open until it is left.
debug() {
  keys ' '
  shows 'Space'
  keys G
  shows 'List variables'
  keys "$1"
}

leave() {
  keys Escape
  shows_not "$1"
}

debug b; shows '◯ *14'
leave 'List variables'

command "debug-start script page.nse 127.0.0.1"
shows "▶ *$line"
debug v; shows 'path: string = "/index"'; shows 'SCRIPT_NAME: string = "page"'
leave 'path: string'; leave 'List variables'

debug n; shows " $((line + 1)):1 *$"
leave 'List variables'
command 'debug-eval response.status'
shows '200'
debug c; shows 'Terminated debugging session'
grep -q '/index has status 200' report || fail "nmap's report lacks the script's line"
echo "helix: breakpoint, frame, scopes, step, evaluate, end: ok"
