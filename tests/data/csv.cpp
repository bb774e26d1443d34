#include <catch2/catch.hpp>
#include <ctnn/data/csv.hpp>

#include "../io/files.hpp"
#include "real_data.hpp"

using Catch::Matchers::Contains;
using Pair = ctnn::Shape<2>;

namespace {

template <class Target = std::int32_t>
auto read_text(const std::string& text, const ctnn::CsvOptions& options = {}) {
  TemporaryFolder folder;
  write(folder.path / "t.csv", text);
  return ctnn::read_csv<Pair, Target>(folder.path / "t.csv", options);
}

std::string error_of(const std::string& text, const ctnn::CsvOptions& options = {}) {
  return message([&] { read_text(text, options); });
}

}  // namespace

TEST_CASE("lines become samples and labels") {
  const auto set = read_text("# x, y, class\n1,2.5,0\r\n\n -3e1 ,+4, 7");
  CHECK(set.samples == std::vector<float>{1, 2.5f, -30, 4});
  CHECK(set.targets == std::vector<std::int32_t>{0, 7});
  CHECK(read_text("5;1;2\n", {.separator = ';', .target_column = 0}).targets == std::vector<std::int32_t>{5});
  CHECK(read_text("x,y,z\n1,5,2\n", {.header_lines = 1, .target_column = 1}).samples ==
        std::vector<float>{1, 2});
}

TEST_CASE("targets may be numbers") {
  const auto set = read_text<Pair>("1,2,0.5,-1\n3,4,2,3\n");
  CHECK(set.samples == std::vector<float>{1, 2, 3, 4});
  CHECK(set.target(1)(0) == 2.0f);
  CHECK(read_text<Pair>("0.5,-1,1,2\n", {.target_column = 0}).targets == std::vector<float>{0.5f, -1});
}

TEST_CASE("a wrong line is named") {
  CHECK_THAT(error_of("1,2,0\n1,2\n"), Contains("t.csv: line 2: expected 3 columns, found 2"));
  CHECK_THAT(error_of("1,2,0,4\n"), Contains("line 1: expected 3 columns, found 4"));
  CHECK_THAT(error_of("1,2,0,\n"), Contains("expected 3 columns, found 4"));
  CHECK_THAT(error_of("# c\n1,two,0\n"), Contains("line 2: column 2: expected a number, found \"two\""));
  CHECK_THAT(error_of("1,,0\n"), Contains("column 2: expected a number, found \"\""));
  CHECK_THAT(error_of("1,\"2\",0\n"), Contains("expected a number"));
  CHECK_THAT(error_of("1,2 3,0\n"), Contains("found \"2 3\""));
  for (const char* number : {"nan", "inf", "1e999", "+-1", "0x10"}) {
    INFO(number);
    CHECK_THAT(error_of("1," + std::string(number) + ",0\n"), Contains("expected a number"));
  }
  CHECK_THAT(error_of("1,2,0.5\n"), Contains("column 3: expected a class index, found \"0.5\""));
  CHECK_THAT(error_of("1,2,99999999999\n"), Contains("expected a class index"));
  CHECK_THAT(error_of("1,2,-1\n"), Contains("line 1: expected a label from 0 on, found -1"));
  CHECK_THAT(error_of("1,2,3\n", {.classes = 3}), Contains("expected a label from 0 to 2, found 3"));
  CHECK_THAT(error_of(""), Contains("expected lines of numbers, found none"));
  CHECK_THAT(error_of("# only words\n"), Contains("found none"));
  CHECK_THAT(error_of("1,2,3\n", {.target_column = 3}), Contains("no room for the target"));
  CHECK_THAT(message([] { ctnn::read_csv<Pair>("/none.csv"); }),
             Contains("/none.csv: cannot read: No such file"));
}

TEST_CASE("every flipped byte parses or throws FileError") {
  const std::string valid = "# c\n1,2.5,0\n-3e1,4,7\n";
  for (std::size_t i = 0; i < valid.size(); ++i)
    for (int value = 0; value < 256; ++value) {
      auto changed = valid;
      changed[i] = static_cast<char>(value);
      error_of(changed);
    }
}

TEST_CASE("the real optical digits are read") {
  const auto folder = real_data("optdigits");
  if (!folder) return;
  const auto train = ctnn::read_csv<ctnn::Shape<1, 8, 8>>(*folder / "optdigits.tra", {.classes = 10});
  const auto test = ctnn::read_csv<ctnn::Shape<64>>(*folder / "optdigits.tes", {.classes = 10});
  CHECK(train.size() == 2999);
  CHECK(test.size() == 1797);
  CHECK(train.sample(0)(0, 0, 2) == 6.0f);
}
