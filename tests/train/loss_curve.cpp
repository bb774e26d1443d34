#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <ctnn/train/loss_curve.hpp>
#include <fstream>

namespace {

using namespace ctnn;
namespace pt = boost::property_tree;

pt::ptree parsed(const std::string& svg) {
  std::istringstream text(svg);
  pt::ptree tree;
  pt::read_xml(text, tree);
  return tree.get_child("svg");
}

TrainingLog log_of(const std::vector<double>& losses) {
  TrainingLog log;
  for (double loss : losses)
    log.entries.push_back({.epoch = 1, .samples = 4000 * (log.entries.size() + 1), .training_loss = loss});
  return log;
}

std::vector<std::string> texts(const pt::ptree& svg) {
  std::vector<std::string> all;
  for (const auto& [tag, element] : svg)
    if (tag == "text") all.push_back(element.data());
  return all;
}

std::size_t count(const pt::ptree& svg, const std::string& tag) {
  return svg.count(tag);
}

/// Every number of every line's points lies in the picture.
bool in_picture(const pt::ptree& svg) {
  for (const auto& [tag, element] : svg) {
    if (tag != "polyline") continue;
    std::istringstream points(element.get<std::string>("<xmlattr>.points"));
    double x, y;
    for (char comma; points >> x >> comma >> y;)
      if (!(x >= 0 && x <= 720 && y >= 0 && y <= 440)) return false;
    if (!points.eof()) return false;
  }
  return true;
}

TEST_CASE("a loss curve is a line with axes, ticks and a legend") {
  const pt::ptree svg = parsed(loss_curve(log_of({2.21, 1.87, 1.62, 1.5})));
  CHECK(count(svg, "polyline") == 1);
  CHECK(count(svg, "circle") == 4);
  CHECK(in_picture(svg));
  const std::vector<std::string> words = texts(svg);
  for (const char* expected : {"samples seen", "mean loss", "training loss", "5,000", "1.6", "1.8", "2.2"})
    CHECK_THAT(words, Catch::VectorContains(std::string(expected)));
  CHECK_THAT(words, !Catch::VectorContains(std::string("validation loss")));
}

TEST_CASE("a validation loss is a second line") {
  TrainingLog log = log_of({2, 1.5, 1.2});
  log.entries[1].validation_loss = 1.6;
  log.entries[2].validation_loss = 1.4;
  const pt::ptree svg = parsed(loss_curve(log));
  CHECK(count(svg, "polyline") == 2);
  CHECK_THAT(texts(svg), Catch::VectorContains(std::string("validation loss")));
}

TEST_CASE("logs with little in them are drawn too") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> cases{{},
                                               {1.5},
                                               {0},
                                               {-2},
                                               {1, 1, 1},
                                               {infinity},
                                               {std::nan(""), 1, infinity, 2},
                                               {1e300, -1e300},
                                               {1e38, -1e38},
                                               {1e-30, 3e-30},
                                               {1, 1 + 1e-15}};
  for (const auto& losses : cases) {
    const std::string text = loss_curve(log_of(losses));
    INFO(text);
    const pt::ptree svg = parsed(text);
    CHECK(in_picture(svg));
    CHECK(text.size() < 20'000);
    CHECK_THAT(text, !Catch::Contains("nan") && !Catch::Contains("inf<") && !Catch::Contains("inf "));
  }
  CHECK(count(parsed(loss_curve(log_of(cases[6]))), "circle") == 2);
  CHECK_THAT(loss_curve({}), Catch::Contains("no report has a finite loss"));
}

TEST_CASE("a loss curve is saved as a whole file") {
  const auto path = std::filesystem::temp_directory_path() / "ctnn-test-curve.svg";
  save_loss_curve(log_of({2, 1}), path);
  std::ifstream file(path);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == loss_curve(log_of({2, 1})));
  std::filesystem::remove(path);
  CHECK_THROWS_AS(save_loss_curve({}, "/nowhere/curve.svg"), FileError);
}

}  // namespace
