#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

// Whatever this file is compiled with, its `main` is one of a debug build.
#undef NDEBUG
#include <ctnn/bench.hpp>

namespace {

using namespace ctnn;
using bench::By;

using Scores = Linear<10>;
using Features = Shape<64>;
constexpr bench::Work value = bench::work_of<Evaluation<Scores, Features, 1>, float>;
static_assert(value.flops == 2 * 64 * 10 + 10 && value.bytes == 4 * (64 + 64 * 10 + 10 + 10));
static_assert(value.written_bytes == 4 * 10);
constexpr bench::Work of_doubles = bench::work_of<Evaluation<Scores, Features, 3>, double>;
static_assert(of_doubles.flops == 3 * value.flops);
static_assert(of_doubles.bytes == 8 * (3 * 64 + 64 * 10 + 10 + 3 * 10) && of_doubles.is_double);

// By the input: Wᵀ u. By the parameters: u xᵀ, and u itself.
constexpr bench::Work by_input =
    bench::work_of<bench::detail::AdjointGraph<Scores, Features, 1, By::input>, float>;
static_assert(by_input.flops == 2 * 64 * 10 && by_input.bytes == 4 * (64 * 10 + 10 + 64));
using ByParameters = bench::detail::AdjointGraph<Scores, Features, 1, By::parameters>;
static_assert(bench::work_of<ByParameters, float>.bytes == 4 * (10 + 64 + 64 * 10 + 10));

static_assert(bench::work_of<ByParameters, float>.written_bytes == 4 * (64 * 10 + 10));
static_assert(bench::work_of<Evaluation<Tanh, Features, 1>, float>.flops == 64 * scalar::operations::tanh);

using Filters = Conv2d<6, 5>;
static_assert(bench::work_of<Evaluation<Filters, Shape<3, 32, 32>, 1>, float>.flops ==
              2 * 6 * 28 * 28 * 75 + 6 * 28 * 28);

// A label is an index of four bytes; weights of samples are read, the loss and the gradient written.
using Perceptron = Model<Scores, Features>;
static_assert(bench::work_of<TrainingGraph<Perceptron, CrossEntropy, 2>, float>.bytes ==
              4 * (2 * 64 + 2 + 2 + 650 + 1 + 650));

// A step reads samples, labels and parameters, and writes parameters.
using Training = bench::detail::TrainingCall<Perceptron, CrossEntropy, SGD, 32>;
static_assert(Training::work.bytes == 4 * (32 * 64 + 32 + 2 * 650));

TEST_CASE("the adjoint that is measured is that of the tangent that is measured") {
  using Net = Sequential<Linear<5>, Tanh, Linear<2>>;
  bench::ProgramCall<bench::detail::TangentGraph<Net, Shape<3>, 4>, double> tangent;
  bench::ProgramCall<bench::detail::AdjointGraph<Net, Shape<3>, 4, By::both>, double> adjoint;
  std::ranges::copy(adjoint.numbers(block::parameters), tangent.numbers(block::parameters).begin());
  std::ranges::copy(adjoint.numbers(block::input), tangent.numbers(block::input).begin());
  tangent();
  adjoint();
  const auto dot = [](std::span<const double> a, std::span<const double> b) {
    REQUIRE(a.size() == b.size());
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  // What lies between parameters is zero in the gradient.
  const double forward = dot(tangent.numbers(block::output), adjoint.numbers(block::output));
  const double backward = dot(tangent.numbers(block::predictions), adjoint.numbers(block::predictions)) +
                          dot(tangent.numbers(block::gradients), adjoint.numbers(block::gradients));
  CHECK(std::abs(forward) > 0.01);
  CHECK(forward == Approx(backward).epsilon(1e-12));
}

TEST_CASE("waiting for a result changes no number") {
  float input = 1.5f;
  const float result = -0.25f;
  bench::detail::chain(&input, &result);
  CHECK(input == 1.5f);
}

TEST_CASE("the best and the middle of many rounds") {
  bench::Times times;
  CHECK(times.best() == 0);
  for (double seconds : {5.0, 1.0, 3.0, 9.0, 4.0}) times.add(seconds);
  CHECK(times.best() == 1);
  CHECK(times.median() == 4);
}

TEST_CASE("more work takes longer") {
  std::vector<double> numbers(20'000, 1.0);
  const auto sum = [&](std::size_t count) {
    return [&numbers, count] {
      double total = 0;
      for (std::size_t i = 0; i < count; ++i) total += numbers[i];
      benchmark::DoNotOptimize(total);
    };
  };
  const std::vector<bench::Times> times = bench::compare({5, 1e-4}, sum(20'000), sum(200));
  REQUIRE(times.size() == 2);
  CHECK(times[0].best() > 10 * times[1].best());
  CHECK(times[1].best() > 0);
  CHECK(times[1].median() >= times[1].best());
}

TEST_CASE("the roofline's bound is the peak, or how fast data come from and go to where they are") {
  bench::Machine machine{
      .peak_float = 100, .peak_double = 50, .levels = {{"L1", 1000, 10}, {"memory", ~std::size_t{0}, 1}}};
  CHECK(machine.bound({.flops = 10'000, .bytes = 400}) == 100);
  CHECK(machine.bound({.flops = 10'000, .bytes = 400, .is_double = true}) == 200);
  CHECK(machine.bound({.flops = 10, .bytes = 400}) == 40);
  CHECK(machine.bound({.flops = 10, .bytes = 400, .workspace_bytes = 601}) == 400);
  machine.levels.front().written_bytes_per_second = 4;
  CHECK(machine.bound({.flops = 10, .bytes = 400, .written_bytes = 200}) == 50);
}

bench::Report example() {
  bench::Report report{{.instruction_set = "abacus",
                        .peak_float = 2e9,
                        .peak_double = 1e9,
                        .levels = {{"memory", ~std::size_t{0}, 4e9}}}};
  bench::Result result{"a \"name\"", {.flops = 1000, .bytes = 400, .workspace_bytes = 64}, 5e-7};
  for (double seconds : {1e-6, 3e-6, 2e-6}) result.independent.add(seconds);
  bench::Times peer;
  peer.add(2e-6);
  result.peers.emplace_back("peer", peer);
  report.results.push_back(result);
  return report;
}

TEST_CASE("a report as JSON is read back") {
  std::ostringstream out;
  bench::write_json(out, example());
  const nlohmann::json json = nlohmann::json::parse(out.str());
  CHECK(json["machine"]["instruction_set"] == "abacus");
  CHECK(json["machine"]["bytes_per_second"]["memory"] == 4e9);
  const auto& result = json["results"][0];
  CHECK(result["name"] == "a \"name\"");
  CHECK(result["element"] == "float");
  CHECK(result["flops"] == 1000);
  CHECK(result["independent"]["best"] == 1e-6);
  CHECK(result["independent"]["median"] == 2e-6);
  CHECK(result["independent"]["rounds"] == 3);
  CHECK_FALSE(result.contains("cold"));
  CHECK(result["peers"]["peer"]["best"] == 2e-6);
}

TEST_CASE("a report as a table") {
  std::ostringstream out;
  bench::print(out, example());
  INFO(out.str());
  // 1000 operations in a microsecond are 1 GFLOP/s, half of the peak; a peer takes twice as long.
  std::istringstream lines(out.str());
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string joined;
    for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
    rows.push_back(joined);
  }
  CHECK(std::ranges::count(rows, "a \"name\" 1.00 us 2.00 us - - 1.0 50 % 2.50 500 ns 50 % 64") == 1);
  CHECK(std::ranges::count(rows, "a \"name\" 1.00 us 500 ns 50 % peer 0.50 peer 2.00 us") == 1);
}

std::vector<boost::property_tree::ptree> elements(const boost::property_tree::ptree& svg,
                                                  const std::string& name) {
  std::vector<boost::property_tree::ptree> found;
  for (const auto& [tag, element] : svg.get_child("svg"))
    if (tag == name) found.push_back(element);
  return found;
}

TEST_CASE("a report as pictures") {
  bench::Report report = example();
  report.results.front().name = "x < y & z";
  boost::property_tree::ptree roofline, bars;
  std::stringstream first, second;
  bench::write_roofline(first, report);
  bench::write_bars(second, report);
  INFO(first.str() << second.str());
  boost::property_tree::read_xml(first, roofline);
  boost::property_tree::read_xml(second, bars);

  const auto points = elements(roofline, "circle");
  REQUIRE(points.size() == 1);
  CHECK(points[0].get<std::string>("title") == "x < y & z");
  // Half of the peak: below the roof, which is the last line.
  const auto roof = elements(roofline, "line").back();
  CHECK(roof.get<double>("<xmlattr>.y1") < points[0].get<double>("<xmlattr>.cy"));
  // Behind the background, the bars of the task, 50 % of the bound, and its peer, which takes twice as long.
  const auto drawn = elements(bars, "rect");
  REQUIRE(drawn.size() == 3);
  CHECK(drawn[1].get<double>("<xmlattr>.width") == 200);
  CHECK(drawn[2].get<double>("<xmlattr>.width") == 100);
}

TEST_CASE("the numbers of points cover no point and no other number") {
  bench::Report report = example();
  const bench::Result first = report.results.front();
  for (std::size_t i = 1; i < 12; ++i) {
    report.results.push_back(first);
    report.results.back().work.bytes += i % 3;
  }
  boost::property_tree::ptree roofline;
  std::stringstream svg;
  bench::write_roofline(svg, report);
  boost::property_tree::read_xml(svg, roofline);
  struct Place {
    double x, y;
  };
  std::vector<Place> taken;
  for (const auto& point : elements(roofline, "circle"))
    taken.push_back({point.get<double>("<xmlattr>.cx"), point.get<double>("<xmlattr>.cy")});
  REQUIRE(taken.size() == 12);
  for (const auto& text : elements(roofline, "text")) {
    const int number = std::atoi(text.data().c_str());
    const Place place{text.get<double>("<xmlattr>.x"), text.get<double>("<xmlattr>.y") - 4};
    // Beside a point, not on an axis.
    if (number < 1 || number > 12 || std::hypot(place.x - taken[0].x, place.y - taken[0].y) > 80) continue;
    for (const Place& other : taken)
      CHECK((std::abs(other.x - place.x) > 14 || std::abs(other.y - place.y) > 11));
    taken.push_back(place);
  }
  CHECK(taken.size() == 24);
}

// What an engine or a trainer would do, by hand, to one side of what is right.
template <int Percent>
struct ScaledOutput {
  static constexpr const char* name = "scaled";
  ScaledOutput(std::span<const float> weights, std::span<const float> x) {
    for (std::size_t i = 0; i < result.size(); ++i)
      for (std::size_t k = 0; k < x.size(); ++k)
        result[i] += weights[i * x.size() + k] * x[k] * (float{Percent} / 100);
  }
  void operator()() {}
  std::span<const float> output() const { return result; }
  std::array<float, 3> result{};
};
template <int Percent>
struct ScaledStep {
  static constexpr const char* name = "scaled";
  ScaledStep(std::span<const float> start, std::span<const float> x, std::span<const float> y,
             const SGD& optimizer)
      : weights(start.begin(), start.end()), samples(x), targets(y), rate(float(optimizer.learning_rate)) {}
  void operator()() {
    // Of the mean of squares over two samples, of one output each.
    std::array<float, 4> gradient{};
    for (std::size_t i = 0; i < 2; ++i) {
      float error = -targets[i];
      for (std::size_t k = 0; k < 4; ++k) error += weights[k] * samples[i * 4 + k];
      for (std::size_t k = 0; k < 4; ++k) gradient[k] += error * samples[i * 4 + k];
    }
    for (std::size_t k = 0; k < 4; ++k) weights[k] -= rate * (float{Percent} / 100) * gradient[k];
  }
  std::span<const float> parameters() const { return weights; }
  std::vector<float> weights;
  std::span<const float> samples, targets;
  float rate;
};

TEST_CASE("a peer must give the same result") {
  const auto compare = [](std::vector<float> a, std::vector<float> b) {
    bench::detail::expect_equal<float>("task", "peer", a, b);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  compare({1, 1000}, {1.05f, 1000});
  CHECK_THROWS(compare({1, 1000}, {1.2f, 1000}));
  CHECK_THROWS(compare({nan, 1}, {1, 1}));
  CHECK_THROWS(compare({1, nan}, {1, 1}));
  CHECK_THROWS(compare({1, 1, 1}, {1, 1}));

  std::vector<bench::Task> tasks;
  using Product = Linear<3, Bias<false>>;
  bench::EngineCall<Model<Product, Shape<5>>, ScaledOutput<100>>::add(tasks, "mine");
  bench::Value<Product, Shape<5>, 1, float, ScaledOutput<100>>::add(tasks, "mine");
  using Line = Model<Linear<1, Bias<false>>, Shape<4>>;
  bench::TrainingStep<Line, MeanSquaredError, 2, SGD, ScaledStep<100>>::add(tasks, "mine");
  REQUIRE(tasks.size() == 3);
  for (const bench::Task& task : tasks) CHECK(task.peers.size() == 1);

  const auto message = [&]<class Part>() {
    try {
      Part::add(tasks, "mine");
      return std::string("no exception");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
  };
  using Catch::StartsWith;
  CHECK_THAT((message.operator()<bench::EngineCall<Model<Product, Shape<5>>, ScaledOutput<101>>>()),
             StartsWith("mine engine: scaled differs by "));
  CHECK_THAT((message.operator()<bench::Value<Product, Shape<5>, 1, float, ScaledOutput<101>>>()),
             StartsWith("mine value: scaled differs by "));
  CHECK_THAT((message.operator()<bench::TrainingStep<Line, MeanSquaredError, 2, SGD, ScaledStep<101>>>()),
             StartsWith("mine training step, 2: scaled differs by "));
}

TEST_CASE("the command line of a benchmark") {
  const auto parse = [](std::vector<std::string> arguments, bench::Options& options) {
    std::vector<char*> addresses;
    for (std::string& argument : arguments) addresses.push_back(argument.data());
    return bench::parse(static_cast<int>(addresses.size()), addresses.data(), options);
  };
  bench::Options options;
  CHECK(
      parse({"program", "--rounds", "7", "--json", "file", "--milliseconds", "2", "--svg", "folder", "name"},
            options));
  CHECK(options.rounds.count == 7);
  CHECK(options.rounds.seconds == Approx(2e-3));
  CHECK(options.json == "file");
  CHECK(options.svg == "folder");
  CHECK(options.filter == "name");
  for (const char* wrong : {"--rounds", "--json"}) CHECK_FALSE(parse({"program", wrong}, options));
  CHECK_FALSE(parse({"program", "--rounds", "many"}, options));
  CHECK_FALSE(parse({"program", "--rounds", "0"}, options));
  CHECK_FALSE(parse({"program", "--round", "7"}, options));
}

TEST_CASE("a debug build reports nothing") {
  std::ostringstream said;
  std::streambuf* const before = std::cerr.rdbuf(said.rdbuf());
  char name[] = "program";
  char* arguments[]{name, nullptr};
  const int code = bench::main<bench::Layer<Scores, Features>>(1, arguments);
  std::cerr.rdbuf(before);
  CHECK(code == 1);
  CHECK(said.str() == "program: this is a debug build, its times say nothing: compile with -O3 -DNDEBUG\n");
}

}  // namespace
