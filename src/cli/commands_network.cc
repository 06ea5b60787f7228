// tcatch, inject, hexdump, and what catch and info do about the network.
#include <algorithm>
#include <array>
#include <cctype>
#include <climits>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/breakpoint_view.h"
#include "cli/command_groups.h"
#include "cli/debugger.h"
#include "cli/evaluate.h"
#include "cli/execution.h"
#include "cli/hexdump.h"
#include "cli/network.h"
#include "cli/peer.h"

namespace cli {
namespace {

std::vector<std::string> kinds() {
  return {std::begin(dap::kNetworkKinds), std::end(dap::kNetworkKinds)};
}

// --- catch -------------------------------------------------------------------------------------

// A host has a dot or a colon; a script's name has neither.
bool is_host(std::string_view word) {
  if (base::ends_with(word, ".nse")) return false;
  return word == "localhost" || word.find_first_of(".:[") != std::string_view::npos;
}

base::Result<dap::NetworkBreakpoint> parse_catch(std::string_view text) {
  dap::NetworkBreakpoint out;
  out.kind = take_word(text);
  while (!text.empty()) {
    std::string_view word = take_word(text);
    if (is_host(word)) {
      base::Result<Peer> peer = parse_peer(word);
      if (!peer) return peer.take_error();
      out.host = peer->host;
      out.port = peer->port;
    } else if (!out.script) {
      if (base::ends_with(word, ".nse")) word.remove_suffix(4);
      out.script = std::string(word);
    } else {
      return base::fail("cannot read '" + std::string(word) + "'",
                        "catch " + out.kind + " [SCRIPT] [HOST[:PORT]] [if COND]");
    }
  }
  return out;
}

CommandResult tcatch(Debugger& dbg, std::string_view text) {
  if (is_network_catch(text)) return catch_network(dbg, text, true);
  std::string_view rest = text;
  std::string word(take_word(rest));
  std::string hint = base::did_you_mean(word, kinds());
  return base::fail("tcatch what?",
                    hint.empty() ? "connect, send, receive, close, tls, timeout or failure" : hint);
}

// --- inject ------------------------------------------------------------------------------------

std::string unquoted(std::string_view text) {
  bool quoted = text.size() >= 2 && text[0] == '"' && text.back() == '"';
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

CommandResult inject(Debugger& dbg, std::string_view text) {
  dap::Inject::Arguments arguments;
  arguments.kind = take_word(text);
  if (arguments.kind.empty())
    return base::fail("inject what?", "timeout, reset, eof, error TEXT, short N or answer BYTES");
  if (arguments.kind == "short") {
    long long count = 0;
    if (!base::parse_int(text, count) || count < 0 || count > INT_MAX)
      return base::fail("short: how many bytes?", "inject short 10 leaves the first ten");
    arguments.count = static_cast<int>(count);
  } else if (arguments.kind == "answer") {
    arguments.value = std::string(text);
  } else if (!text.empty()) {
    arguments.text = unquoted(text);
  }
  base::Result<dap::Inject::Response> answer = dbg.debuggee.request<dap::Inject>(arguments);
  if (!answer) return answer.take_error();
  Reply reply{answer->description, {}};
  reply.json.put("inject", arguments.kind).put("description", answer->description);
  return reply;
}

// --- hexdump -----------------------------------------------------------------------------------

constexpr long long kShown = 512;

// "/64 EXPR", as gdb's x/64xb: so many bytes.
base::Result<long long> take_count(std::string_view& text) {
  text = base::trim(text);
  if (text.empty() || text[0] != '/') return kShown;
  std::string_view word = take_word(text).substr(1);
  long long count = 0;
  if (!base::parse_int(word, count) || count < 1 || count > INT_MAX)
    return base::fail("'" + std::string(word) + "' is no number of bytes", "x/64 EXPR");
  return count;
}

CommandResult hexdump(Debugger& dbg, std::string_view text) {
  base::Result<long long> count = take_count(text);
  if (!count) return count.take_error();
  if (text.empty()) return base::fail("hexdump what?", "hexdump EXPRESSION, such as: x bytes");
  base::Result<dap::Evaluate::Response> value = look_at(dbg, text);
  if (!value) return value.take_error();
  if (!value->memoryReference)
    return base::fail("'" + std::string(text) + "' is no string but " + value->result);
  dap::ReadMemory::Arguments memory;
  memory.memoryReference = *value->memoryReference;
  memory.count = INT_MAX;
  base::Result<dap::ReadMemory::Response> read = dbg.debuggee.request<dap::ReadMemory>(memory);
  if (!read) return read.take_error();
  std::string bytes = decode_base64(read->data.value_or(""));
  auto shown = std::min(bytes.size(), static_cast<size_t>(*count));
  Reply reply{hexdump_text(std::string_view(bytes).substr(0, shown)), {}};
  if (shown < bytes.size())
    reply.text += "… " + std::to_string(bytes.size() - shown) + " more bytes\n";
  if (bytes.empty()) reply.text = "(no bytes)";
  reply.json.put("length", bytes.size()).put("base64", read->data.value_or(""));
  return reply;
}

// --- info sockets ------------------------------------------------------------------------------

std::string padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text + "  ";
}

std::string seconds_text(double seconds) {
  auto tenths = static_cast<long long>(seconds * 10 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string waiting_text(const dap::NetworkSocket& socket) {
  if (!socket.waiting) return "";
  std::string text = *socket.waiting + " for " + seconds_text(socket.waitingSeconds.value_or(0));
  if (socket.timeout >= 0) text += " of " + seconds_text(socket.timeout / 1000.0);
  return text;
}

std::vector<std::string> row_of(const dap::NetworkSocket& socket) {
  return {std::to_string(socket.id),
          socket.peer + (socket.tls ? " TLS" : ""),
          socket.local.value_or(""),
          std::to_string(socket.sent),
          std::to_string(socket.received),
          seconds_text(socket.seconds),
          socket.thread.empty() ? socket.script : socket.thread,
          waiting_text(socket)};
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

constexpr std::array<Command, 3> kCommands = {{
    {"tcatch", "KIND [SCRIPT] [HOST[:PORT]] [if COND]",
     "as catch of the network, for one stop only", "", Completes::kNothing, false, tcatch},
    {"inject", "timeout | reset | eof | error TEXT | short N | answer BYTES",
     "make the network call of this stop fail, or end otherwise",
     "At a stop before a call the call is not made; at one with its results they are replaced. "
     "The\n"
     "script gets what nmap would give it. BYTES is a string in Lua: inject answer \"500\\r\\n\".",
     Completes::kNothing, false, inject},
    {"hexdump x", "[/N] EXPR", "the bytes of a string in hexadecimal; N of them, or 512", "",
     Completes::kExpression, false, hexdump},
}};

}  // namespace

bool is_network_catch(std::string_view arguments) {
  std::string word(take_word(arguments));
  std::vector<std::string> all = kinds();
  return std::find(all.begin(), all.end(), word) != all.end();
}

CommandResult catch_network(Debugger& dbg, std::string_view arguments, bool temporary) {
  base::Result<BreakSpec> spec = take_clauses(arguments);
  if (!spec) return spec.take_error();
  base::Result<dap::NetworkBreakpoint> what = parse_catch(arguments);
  if (!what) return what.take_error();
  spec->network = std::move(*what);
  UserBreakpoint& breakpoint = dbg.breakpoints.add(*spec, temporary);
  base::Status sent = dbg.breakpoints.send(breakpoint);
  if (sent && breakpoint.answer.failed) sent = base::fail(breakpoint.answer.message);
  if (!sent) {
    (void)dbg.breakpoints.remove(breakpoint.number);
    return sent.take_error();
  }
  return Reply{breakpoint_set_text(dbg, breakpoint), breakpoint_json(breakpoint)};
}

CommandResult info_sockets(Debugger& dbg, std::string_view) {
  base::Result<dap::SocketsRequest::Response> answer =
      dbg.debuggee.request<dap::SocketsRequest>({});
  if (!answer) return answer.take_error();
  Reply reply;
  reply.json.put("sockets", answer->sockets);
  if (answer->sockets.empty()) {
    reply.text = "No sockets";
    return reply;
  }
  std::vector<std::vector<std::string>> rows = {
      {"#", "peer", "local", "sent", "received", "open", "thread", "waiting"}};
  for (const dap::NetworkSocket& socket : answer->sockets) rows.push_back(row_of(socket));
  reply.text = table_text(rows);
  return reply;
}

std::span<const Command> network_commands() { return kCommands; }

}  // namespace cli
