#include "launch/runtime_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "launch/overlay.h"
#include "launch/paths.h"
#include "launch/rendezvous.h"
#include "launch/test_support.h"

namespace launch {
namespace {

base::Fd listen_at(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  base::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd.get(), 1), 0);
  return fd;
}

// The pid of a process that has just ended.
pid_t dead_pid() {
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, nullptr, 0);
  return pid;
}

unsigned mode_of(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

class RunDirectoryTest : public testing::Test {
 protected:
  RunDirectory make() { return std::move(*RunDirectory::create_below(base())); }
  std::string base() const { return dir_.path() + "/nsedbg"; }
  TempDir dir_;
};

TEST_F(RunDirectoryTest, private_and_gone_with_its_owner) {
  {
    RunDirectory run = make();
    EXPECT_EQ(mode_of(run.path()), 0700u);
    EXPECT_EQ(mode_of(base()), 0700u);
    EXPECT_EQ(*read_file(run.path() + "/pid", 100), std::to_string(getpid()) + "\n");
    dir_.write("user/scripts/keep.nse", "");
    ASSERT_TRUE(write_overlay(run.overlay_path(), {}, dir_.path() + "/user").ok());
    base::Fd listener = listen_at(run.socket_path());
    ASSERT_TRUE(run.record_nmap(1).ok());
  }
  EXPECT_EQ(look_at(base()), FileKind::kNone);
  EXPECT_EQ(look_at(dir_.path() + "/user/scripts/keep.nse"), FileKind::kFile);
}

TEST_F(RunDirectoryTest, a_neighbour_is_not_disturbed) {
  RunDirectory first = make();
  { RunDirectory second = make(); }
  EXPECT_EQ(look_at(first.overlay_path()), FileKind::kDirectory);
}

TEST_F(RunDirectoryTest, a_strangers_file_is_not_deleted) {
  std::string file;
  {
    RunDirectory run = make();
    file = dir_.write("nsedbg/" + run.path().substr(base().size() + 1) + "/precious", "");
  }
  EXPECT_EQ(look_at(file), FileKind::kFile);
}

TEST_F(RunDirectoryTest, a_link_in_its_place_is_refused) {
  std::string elsewhere = dir_.make_directory("elsewhere");
  ASSERT_EQ(symlink(elsewhere.c_str(), base().c_str()), 0);
  base::Result<RunDirectory> run = RunDirectory::create_below(base());
  ASSERT_FALSE(run.ok());
  EXPECT_NE(run.error().message.find("cannot use the directory " + base()), std::string::npos);
}

TEST_F(RunDirectoryTest, an_open_directory_is_closed_to_others) {
  dir_.make_directory("nsedbg");
  chmod(base().c_str(), 0755);
  RunDirectory run = make();
  EXPECT_EQ(mode_of(base()), 0700u);
}

TEST_F(RunDirectoryTest, too_long_for_a_socket) {
  std::string deep = dir_.make_directory(std::string(90, 'x'));
  base::Result<RunDirectory> run = RunDirectory::create_below(deep + "/nsedbg");
  ASSERT_FALSE(run.ok());
  EXPECT_NE(run.error().message.find("is too long for a socket (107 bytes"), std::string::npos);
  EXPECT_EQ(look_at(deep + "/nsedbg"), FileKind::kNone);
}

TEST_F(RunDirectoryTest, a_killed_runs_directory_is_swept) {
  std::string stale = dir_.make_directory("nsedbg/run-dead00");
  dir_.write("nsedbg/run-dead00/pid", std::to_string(dead_pid()) + "\n");
  dir_.write("nsedbg/run-dead00/overlay/nse_main.lua", "");
  { base::Fd listener = listen_at(stale + "/agent.sock"); }  // closed: connections are refused
  RunDirectory run = make();
  EXPECT_EQ(look_at(stale), FileKind::kNone);
}

TEST_F(RunDirectoryTest, a_run_that_lives_is_left_alone) {
  std::string dead = std::to_string(dead_pid()) + "\n";
  dir_.write("nsedbg/run-nmap00/pid", dead + std::to_string(getpid()) + "\n");
  // As seen from another PID namespace: no such process, but somebody holds the lock.
  std::string locked = dir_.write("nsedbg/run-lock00/pid", dead);
  base::Fd holder(open(locked.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(holder.get(), LOCK_SH), 0);
  dir_.make_directory("nsedbg/run-fresh0");  // made a moment ago, pid not written yet
  RunDirectory run = make();
  for (const char* name : {"/run-nmap00", "/run-lock00", "/run-fresh0"})
    EXPECT_EQ(look_at(base() + name), FileKind::kDirectory) << name;
}

TEST_F(RunDirectoryTest, left_behind_on_purpose) {
  std::string path;
  {
    RunDirectory run = make();
    path = run.path();
    run.leave();
  }
  EXPECT_EQ(look_at(path + "/overlay"), FileKind::kDirectory);
}

TEST_F(RunDirectoryTest, xdg_runtime_dir_is_the_first_choice) {
  Environment environment;
  environment.set("XDG_RUNTIME_DIR", dir_.path());
  base::Result<RunDirectory> run = RunDirectory::create(environment);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(parent(run->path()), base());
}

// What others could replace is no place for a socket.
TEST_F(RunDirectoryTest, a_runtime_dir_that_is_not_ours_alone_is_passed_over) {
  std::string open = dir_.make_directory("open"), elsewhere = dir_.make_directory("elsewhere"),
              link = dir_.path() + "/link", theirs = dir_.make_directory("theirs");
  chmod(open.c_str(), 0777);
  ASSERT_EQ(symlink(elsewhere.c_str(), link.c_str()), 0);
  std::vector<std::string> bad = {open, link, "relative", dir_.write("file", "")};
  if (geteuid() == 0 && chown(theirs.c_str(), 65534, 65534) == 0) bad.push_back(theirs);
  for (const std::string& place : bad) {
    Environment environment;
    environment.set("XDG_RUNTIME_DIR", place);
    base::Result<RunDirectory> run = RunDirectory::create(environment);
    ASSERT_TRUE(run.ok()) << run.error().text();
    EXPECT_NE(run->path().compare(0, dir_.path().size(), dir_.path()), 0) << run->path();
    EXPECT_EQ(mode_of(run->path()), 0700u);
    EXPECT_EQ(look_at(place + "/nsedbg"), FileKind::kNone);
  }
}

// Whatever stands where ours would be: it is not entered, and not touched.
TEST_F(RunDirectoryTest, what_somebody_else_has_put_there_is_refused) {
  std::string theirs = dir_.make_directory("nsedbg");
  if (geteuid() != 0 || chown(theirs.c_str(), 65534, 65534) != 0) return;
  dir_.write("nsedbg/run-dead00/pid", "1\n");
  base::Result<RunDirectory> run = RunDirectory::create_below(base());
  ASSERT_FALSE(run.ok());
  EXPECT_NE(run.error().message.find("belongs to somebody else"), std::string::npos);
}

TEST_F(RunDirectoryTest, links_in_an_overlay_are_removed_and_not_followed) {
  std::string precious = dir_.write("elsewhere/nse_main.lua", "");
  {
    RunDirectory run = make();
    rmdir(run.overlay_path().c_str());
    ASSERT_EQ(symlink((dir_.path() + "/elsewhere").c_str(), run.overlay_path().c_str()), 0);
  }
  EXPECT_EQ(look_at(precious), FileKind::kFile);
}

TEST_F(RunDirectoryTest, rendezvous_wakes_when_the_socket_is_renamed_into_place) {
  RunDirectory run = make();
  base::Result<Rendezvous> rendezvous = Rendezvous::create(run.path());
  ASSERT_TRUE(rendezvous.ok());
  base::Result<base::Fd> early = rendezvous->connect();
  ASSERT_TRUE(early.ok());
  EXPECT_FALSE(early->valid());

  base::Fd listener = listen_at(run.path() + "/agent.sock.new");
  ASSERT_EQ(rename((run.path() + "/agent.sock.new").c_str(), run.socket_path().c_str()), 0);
  char byte;
  EXPECT_EQ(read(rendezvous->fd().get(), &byte, 0),
            -1);  // EINVAL: an event waits, it is not EAGAIN
  base::Result<base::Fd> connected = rendezvous->connect();
  ASSERT_TRUE(connected.ok());
  EXPECT_TRUE(connected->valid());
}

}  // namespace
}  // namespace launch
