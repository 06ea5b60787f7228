#include "client/token.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/fd.h"
#include "base/text.h"

namespace client {
namespace {

constexpr size_t kBytes = 32;

base::Error failed(const std::string& what) {
  return base::fail(what + ": " + std::strerror(errno));
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

base::Result<std::string> make_token() {
  unsigned char bytes[kBytes];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes))
    return failed("the kernel gives no random bytes for a token");
  constexpr char kDigits[] = "0123456789abcdef";
  std::string token;
  for (unsigned char byte : bytes) token += {kDigits[byte >> 4], kDigits[byte & 15]};
  return token;
}

base::Status check_token(std::string_view token, const std::string& where) {
  bool fine = token.size() >= kLeastTokenDigits && token.size() <= kMostTokenDigits &&
              std::all_of(token.begin(), token.end(), is_hex);
  if (fine) return base::ok();
  return base::fail(where + " holds no token: it has " + std::to_string(kLeastTokenDigits) +
                        " to " + std::to_string(kMostTokenDigits) + " hexadecimal digits",
                    "make one with: openssl rand -hex 32", 2);
}

base::Result<std::string> read_token_file(const std::string& path) {
  base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info;
  if (!file.valid() || ::fstat(file.get(), &info) != 0) return failed("cannot read " + path);
  if (!S_ISREG(info.st_mode)) return base::fail(path + " is no file", {}, 2);
  if ((info.st_uid != ::geteuid() && info.st_uid != 0) || (info.st_mode & 077) != 0)
    return base::fail("the token in " + path + " is not yours alone",
                      "make a new one, and keep it private: chmod 600", 2);
  char bytes[kMostTokenDigits + 2];
  ssize_t n = ::read(file.get(), bytes, sizeof bytes);
  if (n < 0) return failed("cannot read " + path);
  std::string token(base::trim({bytes, static_cast<size_t>(n)}));
  if (base::Status checked = check_token(token, path); !checked) return checked.take_error();
  return token;
}

base::Status write_token_file(const std::string& path, const std::string& token) {
  base::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  std::string line = token + "\n";
  if (!file.valid() || ::fchmod(file.get(), 0600) != 0 ||
      ::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return failed("cannot write the token to " + path);
  return base::ok();
}

base::Result<std::string> find_token(const std::string& file) {
  const char* variable = std::getenv("NSEDBG_TOKEN");
  std::string given = variable ? variable : "";
  ::unsetenv("NSEDBG_TOKEN");
  if (!file.empty()) return read_token_file(file);
  if (given.empty()) return given;
  if (base::Status checked = check_token(given, "$NSEDBG_TOKEN"); !checked)
    return checked.take_error();
  return given;
}

bool is_token(std::string_view shown, std::string_view token) {
  volatile unsigned char differs = shown.size() != token.size() || token.empty();
  for (size_t i = 0; i < shown.size(); ++i) {
    auto expected = static_cast<unsigned char>(token.empty() ? 0 : token[i % token.size()]);
    differs =
        static_cast<unsigned char>(differs | (static_cast<unsigned char>(shown[i]) ^ expected));
  }
  return differs == 0;
}

}  // namespace client
