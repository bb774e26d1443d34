#include <array>
#include <catch2/catch.hpp>
#include <ctnn/core/random.hpp>
#include <ctnn/graph/interpret.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/ops.hpp>

#include "reference/reference.hpp"

namespace ctnn::test {
namespace {

using Elements = std::vector<double>;

/// A point, and the order of the derivative looked at there.
struct At {
  int order;
  double x, y;
};

constexpr bool nowhere(const At&) {
  return false;
}

struct Function {
  const char* name;
  Value (*apply)(Value, Value);
  std::size_t arity = 1;
  /// Where PyTorch's result is an accident of how it computes, or another convention than ours.
  bool (*differs)(const At&) = nowhere;
  /// What terms that cancel leave by their rounding.
  double rounding = 0;
};

constexpr Function functions[]{
    {"abs", [](Value x, Value) { return abs(x); }, 1, [](const At& at) { return std::isnan(at.x); }},
    {"acos", [](Value x, Value) { return acos(x); }},
    // PyTorch has real derivatives below -1, where there is no value.
    {"acosh", [](Value x, Value) { return acosh(x); }, 1,
     [](const At& at) { return at.order > 0 && at.x <= -1; }},
    {"asin", [](Value x, Value) { return asin(x); }},
    {"asinh", [](Value x, Value) { return asinh(x); }},
    {"atan", [](Value x, Value) { return atan(x); }},
    {"atanh", [](Value x, Value) { return atanh(x); }},
    {"clamp", [](Value x, Value) { return clamp(x, -0.5, 1); }, 1,
     [](const At& at) { return std::isnan(at.x); }},
    {"cos", [](Value x, Value) { return cos(x); }},
    {"cosh", [](Value x, Value) { return cosh(x); }},
    {"digamma", [](Value x, Value) { return digamma(x); }, 1,
     [](const At& at) {
       // The second has the pole's sign here, and goes to 0.
       const bool second = at.order == 2 && (at.x == INFINITY || (at.x == 0 && std::signbit(at.x)));
       return second || (at.x < 0 && std::floor(at.x) == at.x);
     }},
    {"erf", [](Value x, Value) { return erf(x); }},
    {"erfc", [](Value x, Value) { return erfc(x); }},
    {"exp", [](Value x, Value) { return exp(x); }},
    {"exp2", [](Value x, Value) { return exp2(x); }},
    {"expm1", [](Value x, Value) { return expm1(x); }},
    {"floor", [](Value x, Value) { return floor(x); }},
    {"lgamma", [](Value x, Value) { return lgamma(x); }, 1,
     [](const At& at) { return at.x < 0 && std::floor(at.x) == at.x; }},
    {"log", [](Value x, Value) { return log(x); }},
    {"log10", [](Value x, Value) { return log10(x); }},
    {"log1p", [](Value x, Value) { return log1p(x); }},
    {"log2", [](Value x, Value) { return log2(x); }},
    {"relu", [](Value x, Value) { return ops::relu(x); }},
    {"rsqrt", [](Value x, Value) { return rsqrt(x); }},
    {"sigmoid", [](Value x, Value) { return ops::sigmoid(x); }},
    {"sign", [](Value x, Value) { return sign(x); }, 1, [](const At& at) { return std::isnan(at.x); }},
    {"sin", [](Value x, Value) { return sin(x); }},
    {"sinh", [](Value x, Value) { return sinh(x); }},
    {"softplus", [](Value x, Value) { return softplus(x); }},
    {"sqrt", [](Value x, Value) { return sqrt(x); }},
    {"square", [](Value x, Value) { return square(x); }},
    {"tan", [](Value x, Value) { return tan(x); }},
    {"tanh", [](Value x, Value) { return ops::tanh(x); }},
    {"pow3", [](Value x, Value) { return pow(x, 3); }},
    {"pow-2", [](Value x, Value) { return pow(x, -2.0); }},
    // C's power of -∞.
    {"pow2.5", [](Value x, Value) { return pow(x, 2.5); }, 1, [](const At& at) { return at.x == -INFINITY; }},
    // And of -0.
    {"pow-0.5", [](Value x, Value) { return pow(x, -0.5); }, 1,
     [](const At& at) { return at.x == -INFINITY || (at.order == 0 && at.x == 0 && std::signbit(at.x)); }},
    {"pow0", [](Value x, Value) { return pow(x, 0.0); }},
    {"2pow", [](Value x, Value) { return pow(2.0, x); }},
    {"0pow", [](Value x, Value) { return pow(0.0, x); }, 1, [](const At& at) { return at.order == 2; }},
    {"atan2", [](Value x, Value y) { return atan2(x, y); }, 2},
    {"hypot", [](Value x, Value y) { return hypot(x, y); }, 2, nowhere, 3e-17},
    {"maximum", [](Value x, Value y) { return maximum(x, y); }, 2},
    {"minimum", [](Value x, Value y) { return minimum(x, y); }, 2},
    // PyTorch has no mixed derivative at y = 0.
    {"pow", [](Value x, Value y) { return pow(x, y); }, 2,
     [](const At& at) {
       return (at.order == 2 && (at.x == 0 || at.y == 0 || std::isinf(at.y))) ||
              (at.order == 1 && std::isnan(at.x) && at.y == 0);
     }},
    {"fma", [](Value x, Value y) { return fma(x, y, y); }, 2},
};

bool agrees(double result, double expected, double tolerance, double rounding) {
  if (std::isnan(expected)) return std::isnan(result);
  if (std::isinf(expected) || std::isinf(result)) return result == expected;
  return std::abs(result - expected) <= tolerance * std::abs(expected) + rounding;
}

/// The value, the adjoint of 1 and its tangent along 1, as make.py names them.
std::vector<std::pair<std::string, Value>> derivatives(const Function& function, std::span<const Value> x) {
  const Value y = function.apply(x[0], x[1]), one = constant_like(y, 1), zero = constant_like(y, 0);
  const Value ones[]{one, one};
  const auto inputs = x.first(function.arity);
  std::vector<std::pair<std::string, Value>> results{{"value", y}};
  const std::vector<Value> first = vjp(std::span(&y, 1), std::span(&one, 1), inputs);
  for (std::size_t i = 0; i < first.size(); ++i) {
    results.emplace_back("first" + std::to_string(i), first[i] ? first[i] : zero);
    const auto directions = std::span(ones).first(function.arity);
    const Value second = first[i] ? jvp(std::span(&first[i], 1), inputs, directions)[0] : Value{};
    results.emplace_back("second" + std::to_string(i), second ? second : zero);
  }
  return results;
}

/// Their numbers at the operands.
std::vector<std::pair<std::string, Elements>> evaluate(const Function& function,
                                                       const Elements (&operands)[2]) {
  GraphBuilder builder;
  const Extents shape{operands[0].size()};
  const Value x[]{input(builder, shape, {block::input, 0}), input(builder, shape, {block::input, 1})};
  const auto results = derivatives(function, x);
  for (const auto& [what, result] : results) builder.output(result, {block::output, 0});
  REQUIRE(builder.error().empty());
  const auto values = interpret(
      builder.graph().view(), [&](const Node& node) { return operands[node.attributes.integers[1]].data(); });
  std::vector<std::pair<std::string, Elements>> numbers;
  for (const auto& [what, result] : results)
    numbers.emplace_back(what, values[static_cast<std::size_t>(result.id)]);
  return numbers;
}

int order_of(const std::string& what) {
  return what[0] == 'v' ? 0 : what[0] == 'f' ? 1 : 2;
}

void check(const Function& function, const Reference& reference) {
  const std::string name = function.name;
  const Elements points = reference("points");
  const std::size_t count = reference(name + "/value").size(), side = function.arity == 1 ? 1 : 14;
  Elements operands[2];
  for (std::size_t i = 0; i < count; ++i) {
    operands[0].push_back(points[i / side]);
    operands[1].push_back(points[i % side]);
  }
  // PyTorch's trigamma has ten digits.
  const double tolerance = name.ends_with("gamma") ? 1e-9 : 1e-13;
  for (const auto& [what, actual] : evaluate(function, operands)) {
    const Elements expected = reference(name + "/" + what);
    for (std::size_t i = 0; i < count; ++i) {
      if (function.differs({order_of(what), operands[0][i], operands[1][i]})) continue;
      INFO(what << " of " << name << "(" << operands[0][i] << ", " << operands[1][i] << ") is " << expected[i]
                << ", not " << actual[i]);
      const bool agreed = agrees(actual[i], expected[i], tolerance, function.rounding);
      if (!agreed) CHECK(agreed);
    }
  }
}

/// Against the derivatives as formulas in long double.
void check(const Function& function, const Elements& points,
           std::array<long double (*)(long double), 3> exact, double tolerance) {
  for (const auto& [what, actual] : evaluate(function, {points, points}))
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto order = static_cast<std::size_t>(order_of(what));
      const auto expected = static_cast<double>(exact[order](static_cast<long double>(points[i])));
      INFO(what << " of " << function.name << "(" << points[i] << ") is " << expected << ", not "
                << actual[i]);
      CHECK(agrees(actual[i], expected, tolerance, function.rounding));
    }
}

/// The largest distance of a value from the exact one, in units of the last place, at random numbers.
double worst_value(const Function& function, long double (*exact)(long double), double low, double high) {
  Random random(Seed{5});
  Elements points;
  for (int i = 0; i < 20'000; ++i)
    for (double near : {1.0, 20.0, high})
      points.push_back(random.uniform(std::max(low, -near), std::min(high, near)));
  const Elements values = evaluate(function, {points, points})[0].second;
  double worst = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const long double expected = exact(static_cast<long double>(points[i]));
    const double nearest = static_cast<double>(expected), unit = std::nextafter(nearest, INFINITY) - nearest;
    const auto error = static_cast<double>(std::abs(static_cast<long double>(values[i]) - expected)) / unit;
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

}  // namespace

TEST_CASE("sigmoid, softplus and rsqrt are within two units of the last place", "[ops]") {
  CHECK(worst_value(
            {"sigmoid", [](Value x, Value) { return ops::sigmoid(x); }},
            [](long double x) { return 1 / (1 + std::exp(-x)); }, -708, 708) <= 2);
  CHECK(worst_value(
            {"softplus", [](Value x, Value) { return softplus(x); }},
            [](long double x) { return std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x))); }, -708,
            708) <= 2);
  CHECK(worst_value(
            {"rsqrt", [](Value x, Value) { return rsqrt(x); }},
            [](long double x) { return 1 / std::sqrt(x); }, 1e-300, 1e300) <= 2);
}

TEST_CASE("infinities and tiny numbers agree with themselves only", "[ops]") {
  CHECK(agrees(INFINITY, INFINITY, 1e-13, 0));
  CHECK(!agrees(-INFINITY, INFINITY, 1e-13, 0));
  CHECK(!agrees(1, INFINITY, 1e-13, 0));
  CHECK(!agrees(INFINITY, 1, 1e-13, 0));
  CHECK(!agrees(NAN, 1, 1e-13, 0));
  CHECK(!agrees(0, 1e-20, 1e-13, 0));
}

TEST_CASE("functions and their derivatives are PyTorch's, at the edges too", "[ops]") {
  const Reference reference("functions");
  for (const Function& function : functions) check(function, reference);
}

TEST_CASE("cube roots and their derivatives are right, at the edges too", "[ops]") {
  const Function cbrt{"cbrt", [](Value x, Value) { return ctnn::cbrt(x); }};
  check(cbrt, {0.0, -0.0, INFINITY, -INFINITY, NAN, 1, -1, 0.3, -8, 1e-3, 1e100, -1e-100, 1e300},
        {[](long double x) { return std::cbrt(x); },
         [](long double x) { return 1 / (3 * std::cbrt(x) * std::cbrt(x)); },
         [](long double x) { return -2 / (9 * std::cbrt(x) * std::cbrt(x) * x); }},
        1e-15);
}

TEST_CASE("large numbers do not overflow in the derivatives of acosh", "[ops]") {
  const Function acosh{"acosh", [](Value x, Value) { return ctnn::acosh(x); }};
  check(acosh, {1.5, 1 + 0x1p-40, 1e10, 1e100, 1e200},
        {[](long double x) { return std::acosh(x); },
         [](long double x) { return 1 / std::sqrt((x - 1) * (x + 1)); },
         [](long double x) { return -x / (std::sqrt((x - 1) * (x + 1)) * (x - 1) * (x + 1)); }},
        1e-15);
}

TEST_CASE("saturated functions have derivatives of an absolute accuracy", "[ops]") {
  const Elements points{-745, -100, -40, -20, -3, 0, 3, 20, 40, 89, 100, 745};
  const auto sigmoid = [](long double x) { return 1 / (1 + std::exp(-x)); };
  const auto slope = [](long double x) { return 1 / (2 + std::exp(-x) + std::exp(x)); };
  const auto curvature = [](long double x) { return -std::tanh(x / 2) / (2 + std::exp(-x) + std::exp(x)); };
  check({"sigmoid", [](Value x, Value) { return ops::sigmoid(x); }, 1, nowhere, 1e-15}, points,
        {sigmoid, slope, curvature}, 0);
  check({"softplus", [](Value x, Value) { return softplus(x); }, 1, nowhere, 1e-15}, points,
        {[](long double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); },
         sigmoid, slope},
        4e-16);
  check({"tanh", [](Value x, Value) { return ops::tanh(x); }, 1, nowhere, 1e-15}, points,
        {[](long double x) { return std::tanh(x); },
         [](long double x) { return 1 / (std::cosh(x) * std::cosh(x)); },
         [](long double x) { return -2 * std::tanh(x) / (std::cosh(x) * std::cosh(x)); }},
        0);
}

TEST_CASE("lgamma is differentiated at most three times", "[ops]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0}), y = tetragamma(x), one = constant_like(x, 1);
  CHECK(builder.error().empty());
  vjp(std::span(&y, 1), std::span(&one, 1), std::span(&x, 1));
  CHECK(builder.error().view() == "differentiates lgamma four times, and has no derivative of tetragamma");
}

TEST_CASE("a whole exponent needs no power", "[ops]") {
  GraphBuilder builder;
  const Value x = input(builder, {3}, {block::input, 0});
  CHECK(pow(x, 0.0) == constant_like(x, 1));
  CHECK(pow(x, 1.0) == x);
  CHECK(pow(x, 2.0) == x * x);
  CHECK(pow(x, 5) == x * (x * x * (x * x)));
  CHECK(pow(x, -1.0) == 1.0 / x);
  CHECK(pow(x, 0.5).is(primitive::pow));
}

}  // namespace ctnn::test
