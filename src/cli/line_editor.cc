#include "cli/line_editor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cwchar>

#include "base/text.h"

namespace cli {
namespace {

termios original_terminal;
bool have_terminal = false;

LineEditor& self(EditLine* editor) {
  void* data = nullptr;
  el_wget(editor, EL_CLIENTDATA, &data);
  return *static_cast<LineEditor*>(data);
}

std::wstring widen(const std::string& text) {
  std::wstring out;
  std::mbstate_t state{};
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    wchar_t wide = 0;
    size_t n = std::mbrtowc(&wide, at, static_cast<size_t>(end - at), &state);
    if (n == 0 || n > MB_LEN_MAX) n = 1, wide = L'?', state = {};
    out += wide;
    at += n;
  }
  return out;
}

std::string narrow(std::wstring_view text) {
  std::string out;
  std::mbstate_t state{};
  char buffer[MB_LEN_MAX];
  for (wchar_t wide : text) {
    size_t n = std::wcrtomb(buffer, wide, &state);
    if (n != static_cast<size_t>(-1)) out.append(buffer, n);
  }
  return out;
}

std::string common_prefix(const std::vector<std::string>& words) {
  std::string prefix = words[0];
  for (const std::string& word : words)
    while (!base::starts_with(word, prefix)) prefix.pop_back();
  return prefix;
}

void write_out(std::string_view text) {
  std::fflush(stdout);
  while (!text.empty()) {
    ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno != EINTR) return;
    if (n > 0) text.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace

void remember_terminal() { have_terminal = ::tcgetattr(STDIN_FILENO, &original_terminal) == 0; }

void restore_terminal() {
  if (have_terminal) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &original_terminal);
}

LineEditor::LineEditor(client::Loop& loop, std::string history_file, int history_size,
                       Completer completer)
    : loop_(loop), history_file_(std::move(history_file)), completer_(std::move(completer)) {
  editor_ = el_init("nsedbg", stdin, stdout, stderr);
  el_wset(editor_, EL_CLIENTDATA, static_cast<void*>(this));
  el_wset(editor_, EL_SIGNAL, 0);  // signals are the loop's
  el_wset(editor_, EL_EDITOR, L"emacs");
  el_wset(editor_, EL_PROMPT_ESC, &prompt_text, L'\1');
  el_wset(editor_, EL_GETCFN, &read_key);
  el_wset(editor_, EL_ADDFN, L"nsedbg-complete", L"complete the word", &complete);
  el_wset(editor_, EL_BIND, L"^I", L"nsedbg-complete", nullptr);
  el_wset(editor_, EL_BIND, L"^R", L"em-inc-search-prev", nullptr);
  el_wset(editor_, EL_BIND, L"\\e[1;5C", L"em-next-word", nullptr);
  el_wset(editor_, EL_BIND, L"\\e[1;5D", L"ed-prev-word", nullptr);
  history_ = history_winit();
  HistEventW event;
  history_w(history_, &event, H_SETSIZE, history_size);
  history_w(history_, &event, H_SETUNIQUE, 1);
  if (!history_file_.empty()) history_w(history_, &event, H_LOAD, history_file_.c_str());
  el_wset(editor_, EL_HIST, history_w, history_);
}

LineEditor::~LineEditor() {
  save_history();
  history_wend(history_);
  el_end(editor_);
  restore_terminal();
}

void LineEditor::save_history() {
  if (history_file_.empty()) return;
  int file = ::open(history_file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  ::fchmod(file, 0600);
  ::close(file);
  HistEventW event;
  history_w(history_, &event, H_SAVE, history_file_.c_str());
}

LineEditor::Outcome LineEditor::read(const std::string& prompt, bool remember, std::string& line) {
  prompt_ = widen(prompt);
  active_ = true;
  interrupted_ = false;
  client::Loop::WatchPtr keys = loop_.watch(STDIN_FILENO, [this] { key_ready_ = true; });
  // Raw before the prompt shows: to a cooked terminal a quick Ctrl-D is an end of file that
  // libedit, which turns it raw only after the prompt (el_wgetc), never sees.
  el_wset(editor_, EL_PREP_TERM, 1);
  int count = 0;
  const wchar_t* text = el_wgets(editor_, &count);
  active_ = false;
  if (interrupted_) {
    write_out("^C\n");
    el_wset(editor_, EL_PREP_TERM, 0);
    return Outcome::kInterrupted;
  }
  if (!text || count <= 0) {
    write_out("\n");
    return Outcome::kEnd;
  }
  line = narrow({text, static_cast<size_t>(count)});
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  HistEventW event;
  if (remember && !base::trim(line).empty()) history_w(history_, &event, H_ENTER, text);
  return Outcome::kLine;
}

// --- keys ----------------------------------------------------------------------------------

int LineEditor::read_key(EditLine* editor, wchar_t* key) { return self(editor).next_key(key); }

int LineEditor::next_key(wchar_t* key) {
  std::mbstate_t state{};
  for (;;) {
    key_ready_ = false;
    while (!key_ready_ && !interrupted_ && loop_.run_one()) {
    }
    if (interrupted_) return -1;
    char byte = 0;
    ssize_t n = ::read(STDIN_FILENO, &byte, 1);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return static_cast<int>(n);
    size_t used = std::mbrtowc(key, &byte, 1, &state);
    if (used == static_cast<size_t>(-2)) continue;  // more bytes of this character follow
    if (used == static_cast<size_t>(-1)) state = {}, *key = L'?';
    if (used == 0) *key = L'\0';
    return 1;
  }
}

// --- printing above the line -----------------------------------------------------------------

wchar_t* LineEditor::prompt_text(EditLine* editor) { return self(editor).prompt_.data(); }

int LineEditor::row_of_cursor() const {
  const LineInfoW* info = el_wline(editor_);
  int columns = 80;
  el_wget(editor_, EL_GETTC, L"co", &columns);
  size_t width = 0;
  bool escape = false;
  for (wchar_t c : prompt_) {
    if (c == L'\1')
      escape = !escape;
    else if (!escape)
      ++width;
  }
  width += static_cast<size_t>(info->cursor - info->buffer);
  return columns > 0 ? static_cast<int>(width) / columns : 0;
}

void LineEditor::hide() {
  if (!active_) return;
  std::string up = "\r";
  if (int row = row_of_cursor(); row > 0) up += "\033[" + std::to_string(row) + "A";
  write_out(up + "\033[J");
}

void LineEditor::show() {
  if (active_) el_wset(editor_, EL_REFRESH);
}

void LineEditor::suspend() {
  if (active_)
    el_wset(editor_, EL_PREP_TERM, 0);
  else
    restore_terminal();
  ::kill(::getpid(), SIGSTOP);
  remember_terminal();  // the shell may have changed it meanwhile
  if (!active_) return;
  el_wset(editor_, EL_PREP_TERM, 1);
  write_out("\r");
  show();
}

void LineEditor::resized() { el_resize(editor_); }

// --- completion ------------------------------------------------------------------------------

unsigned char LineEditor::complete(EditLine* editor, int) { return self(editor).complete_here(); }

unsigned char LineEditor::complete_here() {
  const LineInfoW* info = el_wline(editor_);
  std::string text = narrow({info->buffer, static_cast<size_t>(info->cursor - info->buffer)});
  Completion completion = completer_(text);
  if (completion.words.empty()) return CC_REFRESH_BEEP;
  std::string typed = text.substr(std::min(completion.start, text.size()));
  std::string prefix = common_prefix(completion.words);
  bool only = completion.words.size() == 1;
  bool extends = base::starts_with(prefix, typed) && prefix.size() > typed.size();
  if (extends || only) {
    el_wdeletestr(editor_, static_cast<int>(widen(typed).size()));
    bool whole = only && !base::ends_with(prefix, "/") && !base::ends_with(prefix, ".") &&
                 !base::ends_with(prefix, ":") && !base::ends_with(prefix, "(");
    el_winsertstr(editor_, widen(prefix + (whole ? " " : "")).c_str());
    return CC_REFRESH;
  }
  show_choices(completion);
  return CC_REDISPLAY;
}

void LineEditor::show_choices(const Completion& completion) {
  constexpr size_t kMost = 200;
  int columns = 80;
  el_wget(editor_, EL_GETTC, L"co", &columns);
  size_t widest = 0;
  for (const std::string& word : completion.words) widest = std::max(widest, word.size());
  size_t per_row = std::max<size_t>(1, static_cast<size_t>(columns) / (widest + 2));
  std::string out = "\n";
  size_t shown = std::min(completion.words.size(), kMost);
  for (size_t i = 0; i < shown; ++i) {
    out += completion.words[i];
    bool last = (i + 1) % per_row == 0 || i + 1 == shown;
    out += last ? "\n" : std::string(widest + 2 - completion.words[i].size(), ' ');
  }
  if (shown < completion.words.size())
    out += "(and " + std::to_string(completion.words.size() - shown) + " more)\n";
  write_out(out);
}

}  // namespace cli
