#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

/// The identifiers of all primitives that the library's headers define.
std::vector<std::string> defined_primitives() {
  const std::string marker = "inline constexpr Primitive ";
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(CTNN_SOURCE_ROOT) + "/include/ctnn")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);)
      if (line.starts_with(marker))
        names.push_back(line.substr(marker.size(), line.find_first_of(" ={", marker.size()) - marker.size()));
  }
  return names;
}

}  // namespace

TEST_CASE("no primitive is without a law", "[laws]") {
  const std::vector<std::string> names = defined_primitives();
  REQUIRE(names.size() > 30);
  for (const std::string& name : names) {
    // Every law has inputs; `fill` is what storage makes of a constant that a kernel reads, so its law is
    // constant's.
    if (name == "input" || name == "fill") continue;
    INFO("primitive " << name << " has no case in tests/laws");
    CHECK(std::ranges::find(covered_primitives(), name) != covered_primitives().end());
  }
}

}  // namespace ctnn::test::laws
