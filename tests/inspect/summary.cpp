#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/inspect.hpp>
#include <inspect/networks.hpp>
#include <sstream>

namespace {

using namespace ctnn;

// Multiplications and additions count one each: 2·6·28²·75 + 6·28² for conv1 and its bias.
static_assert(detail::layer_flops<Tutorial>[1] == 2 * 6 * 28 * 28 * 75 + 6 * 28 * 28);
static_assert(detail::layer_flops<Tutorial>[4] == 2 * 16 * 10 * 10 * 150 + 16 * 10 * 10);
static_assert(detail::layer_flops<Tutorial>[12] == 2 * 84 * 10 + 10);
static_assert(flops_of<Tutorial> == 1'322'770);
static_assert(workspace_bytes<Tutorial> == Workspace<Tutorial>::bytes);
static_assert(packed_bytes<Tutorial> >= Tutorial::parameter_count * sizeof(float));

template <class Net>
std::string summary_text() {
  std::ostringstream out;
  summary<Net>(out);
  return out.str();
}

/// What stands in a summary's table on the line of `layer`, with single spaces; empty without such a line.
std::string line_of(const std::string& text, const std::string& layer) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string joined;
    for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
    if (joined.rfind(layer + " ", 0) == 0) return joined.substr(layer.size() + 1);
  }
  return "";
}

TEST_CASE("the summary of the tutorial network") {
  const std::string text = summary_text<Tutorial>();
  INFO(text);
  CHECK(line_of(text, "Sequential<...>") == "[10] 62,006 1,322,770");
  CHECK(line_of(text, "conv1: Conv2d<6, 5>") == "[6, 28, 28] 456 710,304");
  CHECK(line_of(text, "1: ReLU") == "[6, 28, 28] - 4,704");
  CHECK(line_of(text, "2: MaxPool2d<2>") == "[6, 14, 14] - 4,704");
  CHECK(line_of(text, "conv2: Conv2d<16, 5>") == "[16, 10, 10] 2,416 481,600");
  CHECK(line_of(text, "6: Flatten") == "[400] - -");
  CHECK(line_of(text, "fc1: Linear<120>") == "[120] 48,120 96,120");
  CHECK(line_of(text, "fc2: Linear<84>") == "[84] 10,164 20,244");
  CHECK(line_of(text, "fc3: Linear<10>") == "[10] 850 1,690");
  CHECK(line_of(text, "parameters") == "62,006 (248,024 bytes)");
  CHECK(line_of(text, "flops per sample") == "1,322,770");
  CHECK(line_of(text, "engine's workspace") == grouped(workspace_bytes<Tutorial>) + " bytes");
  CHECK(line_of(text, "engine's weights") == grouped(packed_bytes<Tutorial>) + " bytes");
}

TEST_CASE("the lines of a summary's table are of one length") {
  std::istringstream lines(summary_text<Tutorial>());
  std::string line, rule;
  std::getline(lines, line);
  std::getline(lines, rule);
  CHECK(line.size() == rule.size());
  while (std::getline(lines, line) && line != rule) CHECK(line.size() == rule.size());
  CHECK(line == rule);
}

TEST_CASE("layers inside others are indented, and counted once") {
  const std::string text = summary_text<Nested>();
  INFO(text);
  CHECK(text.find("\n  tail: Sequential<Flatten, Linear<10>>") != std::string::npos);
  CHECK(text.find("\n    1: Linear<10>") != std::string::npos);
  CHECK(line_of(text, "tail: Sequential<Flatten, Linear<10>>") == "[10] 1,930 3,850");
  // The residual's own addition is in its line, beside what is inside it.
  CHECK(line_of(text, "0: Residual<...>") == "[3, 8, 8] 84 10,944");
  CHECK(line_of(text, "parameters") == "2,014 (8,056 bytes)");
}

TEST_CASE("what a residual adds to its input is a layer of its own line") {
  using Block = Residual<Conv2d<4, 3, Padding<1>>, Sequential<Conv2d<4, 1>>>;
  const std::string text = summary_text<Model<Sequential<Block, Residual<ReLU>>, Shape<3, 6, 6>>>();
  INFO(text);
  CHECK(line_of(text, "0: Residual<...>") == "[4, 6, 6] 128 9,072");
  // Compilers differ in whether they write a default template argument.
  const std::string inside(ctnn::type_name<Conv2d<4, 3, Padding<1>>>.view());
  CHECK(text.find("\n    " + inside + " ") != std::string::npos);
  CHECK(line_of(text, inside) == "[4, 6, 6] 112 7,920");
  CHECK(text.find("\n    downsample: Sequential<") != std::string::npos);
  CHECK(text.find("\n      0: Conv2d<4, 1> ") != std::string::npos);
  CHECK(text.find("\n    ReLU ") != std::string::npos);
  const std::string nested = summary_text<Nested>();
  CHECK(nested.find("\n    Sequential<") != std::string::npos);
  const std::string first(ctnn::type_name<Conv2d<3, 3, Padding<1>>>.view());
  CHECK(nested.find("\n      0: " + first + " ") != std::string::npos);
}

TEST_CASE("thousands are apart") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(5'000'000) == "5,000,000");
  CHECK(fixed(2.2155, 3) == "2.216");
  CHECK(fixed(-0.5, 1) == "-0.5");
}

}  // namespace
