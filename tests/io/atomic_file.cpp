#include <catch2/catch.hpp>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/read_file.hpp>
#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#include <csignal>
#endif

#include "files.hpp"

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

TEST_CASE("a file appears at commit, and not before") {
  TemporaryFolder folder;
  const auto path = folder.path / "log.csv";
  {
    ctnn::AtomicFile file(path);
    file.write("a,b\n");
    file.write("");
    CHECK_FALSE(fs::exists(path));
    file.commit();
    CHECK(contents(path) == "a,b\n");
  }
  {
    ctnn::AtomicFile file(path), other(path);
    file.write("half");
    other.write("other");
    CHECK(folder.file_count() == 3);
  }
  CHECK(contents(path) == "a,b\n");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("a link stays a link, and permissions stay") {
  TemporaryFolder folder;
  fs::create_directory(folder.path / "far");
  const auto target = folder.path / "far" / "target", link = folder.path / "link";
  fs::create_symlink("far/target", link);
  const auto save = [&](const char* text) {
    ctnn::AtomicFile file(link);
    file.write(text);
    file.commit();
  };
  save("first");
  CHECK(contents(target) == "first");
  const auto private_file = fs::perms::owner_read | fs::perms::owner_write;
  fs::permissions(target, private_file);
  save("second");
  CHECK(fs::is_symlink(link));
  CHECK(contents(target) == "second");
  CHECK(fs::status(target).permissions() == private_file);
}

TEST_CASE("a target that must not be replaced is refused") {
  TemporaryFolder folder;
  const auto error = [](const fs::path& path) { return message([&] { ctnn::AtomicFile file(path); }); };
  CHECK_THAT(error(folder.path), Contains(folder.path.string() + ": cannot write: it is a directory"));
  CHECK_THAT(error("/dev/null"), Contains("not a regular file"));
  CHECK_THAT(error(folder.path / "none" / "file"), Contains("No such file or directory"));
  const auto path = folder.path / "locked";
  write(path, "x");
  fs::permissions(path, fs::perms::owner_read);
  CHECK_THAT(error(path), Contains("read-only"));
  fs::create_symlink("loop", folder.path / "loop");
  CHECK_THAT(error(folder.path / "loop"), Contains("too many symbolic links"));
}

#if __has_include(<sys/resource.h>)
TEST_CASE("when the disk takes no more, the old file stays") {
  TemporaryFolder folder;
  const auto path = folder.path / "net";
  write(path, "old");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string problem = message([&] {
    ctnn::AtomicFile file(path);
    file.write(std::string(100'000, 'x'));
    file.commit();
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_THAT(problem, Contains("net: cannot write: File too large"));
  CHECK(contents(path) == "old");
  CHECK(folder.file_count() == 1);
}
#endif

TEST_CASE("a file is read whole, up to a limit") {
  TemporaryFolder folder;
  const auto path = folder.path / "data";
  const std::string text(200'000, 'y');
  write(path, text);
  CHECK(ctnn::read_file(path) == as_bytes(text));
  CHECK_THAT(message([&] { ctnn::read_file(path, 1000); }), Contains("at most 1000 bytes"));
  write(path, "");
  CHECK(ctnn::read_file(path).empty());
  CHECK(ctnn::read_file("/dev/null").empty());
}
