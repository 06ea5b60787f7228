// The prompt: libedit with our own wait for keys, so that nmap's output, events and signals are
// served while the user edits, and what they print appears above the line.
//
// The terminal is raw only inside read(); every way out puts it back (see also restore_terminal(),
// which is for signal handlers).
#pragma once

#include <histedit.h>

#include <functional>
#include <string>
#include <vector>

#include "client/loop.h"

namespace cli {

class LineEditor {
 public:
  // What could replace the word that ends at the end of `text`; `start` is where it begins.
  struct Completion {
    size_t start = 0;
    std::vector<std::string> words;
  };
  using Completer = std::function<Completion(const std::string& text)>;
  enum class Outcome { kLine, kEnd, kInterrupted };

  LineEditor(client::Loop& loop, std::string history_file, int history_size, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  Outcome read(const std::string& prompt, bool remember, std::string& line);
  bool active() const { return active_; }

  // From the loop's callbacks, while read() is active.
  void interrupt() { interrupted_ = true; }  // Ctrl-C: read() returns
  void hide();                               // before something is printed
  void show();                               // after it
  void suspend();                            // Ctrl-Z: stops the process until fg
  void resized();

  void save_history();

 private:
  static int read_key(EditLine* editor, wchar_t* key);
  static wchar_t* prompt_text(EditLine* editor);
  static unsigned char complete(EditLine* editor, int key);
  int next_key(wchar_t* key);
  unsigned char complete_here();
  void show_choices(const Completion& completion);
  int row_of_cursor() const;

  client::Loop& loop_;
  std::string history_file_;
  Completer completer_;
  EditLine* editor_ = nullptr;
  HistoryW* history_ = nullptr;
  std::wstring prompt_;
  bool active_ = false;
  bool interrupted_ = false;
  bool key_ready_ = false;
};

// The terminal as it was when the program began. Safe in a signal handler.
void remember_terminal();
void restore_terminal();

}  // namespace cli
