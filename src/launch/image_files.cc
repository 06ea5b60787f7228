#include "launch/image_files.h"

#include <cstdlib>
#include <set>

#include "base/text.h"

namespace launch {
namespace {

constexpr size_t kBlock = 512;  // POSIX pax, "ustar Interchange Format"
constexpr size_t kArchiveLimit = 256 << 20;

std::string field(const std::string& archive, size_t at, size_t length) {
  return archive.substr(at, length).c_str();  // up to the zero byte
}

}  // namespace

std::vector<std::string> names_in_tar(const std::string& archive) {
  std::set<std::string> names;
  for (size_t at = 0; at + kBlock <= archive.size();) {
    std::string name = field(archive, at, 100), prefix = field(archive, at + 345, 155);
    size_t size = std::strtoul(field(archive, at + 124, 12).c_str(), nullptr, 8);
    char type = archive[at + 156];
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
    if (name.empty()) break;  // the end
    if (type == 'x' || type == 'g') continue;
    if (!prefix.empty()) name = prefix + "/" + name;
    if (base::starts_with(name, "./")) name.erase(0, 2);  // docker writes so, podman does not
    name = name.substr(0, name.find('/'));
    if (!name.empty() && name != ".") names.insert(name);
  }
  return {names.begin(), names.end()};
}

ImageFiles::~ImageFiles() {
  if (!container_.empty()) (void)image_.engine.run({"rm", "-f", container_});
}

std::string ImageFiles::archive(const std::string& path, size_t limit) {
  if (container_.empty() && !failed_) {
    // An image without a command of its own needs one to be made; it is not run.
    base::Result<Output> made =
        image_.engine.run({"create", "--network=none", image_.name, "nmap"});
    failed_ = !made || made->status != 0;
    std::string text(failed_ ? "" : base::trim(made->text));
    container_ = text.substr(text.rfind('\n') + 1);
  }
  if (container_.empty()) return {};
  return image_.engine.bytes_of({"cp", container_ + ":" + path, "-"}, limit);
}

FileKind ImageFiles::kind(const std::string& path) {
  std::string head = archive(path, kBlock);
  if (head.size() < kBlock) return FileKind::kNone;
  return head[156] == '5' ? FileKind::kDirectory : FileKind::kFile;
}

std::vector<std::string> ImageFiles::list(const std::string& path) {
  return names_in_tar(archive(path + "/.", kArchiveLimit));
}

Looks looks_of(std::shared_ptr<ImageFiles> files) {
  Looks looks;
  // Nobody keeps data files in /, where programs are started mostly.
  looks.kind = [files](const std::string& path) {
    return parent(path) == "/" ? FileKind::kNone : files->kind(path);
  };
  looks.list = [files](const std::string& path) { return files->list(path); };
  return looks;
}

}  // namespace launch
