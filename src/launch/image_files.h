// What an image has in its data directories, without running anything in it: its engine makes a
// container, copies out of it as a tar archive, and removes it. None of that happens unless
// somebody looks: most command lines need no look.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launch/engine.h"
#include "launch/overlay_plan.h"

namespace launch {

class ImageFiles {
 public:
  explicit ImageFiles(const Place& image) : image_(image) {}
  ~ImageFiles();
  ImageFiles(const ImageFiles&) = delete;
  ImageFiles& operator=(const ImageFiles&) = delete;

  FileKind kind(const std::string& path);
  std::vector<std::string> list(const std::string& path);

 private:
  std::string archive(const std::string& path, size_t limit);

  const Place& image_;
  std::string container_;
  bool failed_ = false;
};

Looks looks_of(std::shared_ptr<ImageFiles> files);

// The names right below the directory "x/." that the archive is of.
std::vector<std::string> names_in_tar(const std::string& archive);

}  // namespace launch
