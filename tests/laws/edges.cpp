#include <catch2/catch.hpp>
#include <cmath>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

constexpr std::size_t numbers = 19;
/// What elementwise functions trip over: zeros, infinities, NaN, ties, saturation, and plain numbers between.
template <class T>
std::vector<T> edges() {
  using Limits = std::numeric_limits<T>;
  return {T(0),
          T(-0.0),
          T(1),
          T(-1),
          T(0.5),
          T(-0.5),
          Limits::infinity(),
          -Limits::infinity(),
          Limits::quiet_NaN(),
          T(20),
          T(-20),
          T(100),
          T(-100),
          T(800),
          T(-800),
          Limits::epsilon(),
          Limits::min(),
          -Limits::max(),
          T(1e-3)};
}

/// In units of the last place; vectors may take a subnormal number for zero.
template <class T>
double ulps(T result, T expected) {
  if (result == expected || (std::isnan(result) && std::isnan(expected))) return 0;
  if (!std::isfinite(result) || !std::isfinite(expected)) return INFINITY;
  const T gap =
      std::max(std::nextafter(std::abs(expected), std::numeric_limits<T>::infinity()) - std::abs(expected),
               std::abs(expected) < std::numeric_limits<T>::min() ? std::numeric_limits<T>::min() : T(0));
  return std::abs(static_cast<double>(result) - static_cast<double>(expected)) / static_cast<double>(gap);
}

/// A function of two values, its scalar meaning, and by how many units of the last place they may differ.
struct Entry {
  const char* name;
  Value (*function)(Value, Value);
  double (*in_double)(double, double);
  float (*in_float)(float, float);
  double allowed;

  constexpr Entry(const char* text, Value (*apply)(Value, Value), auto meaning, double ulps = 0)
      : name(text), function(apply), in_double(meaning), in_float(meaning), allowed(ulps) {}
  double meaning(double x, double y) const { return in_double(x, y); }
  float meaning(float x, float y) const { return in_float(x, y); }
};

template <class T>
constexpr T truth(bool condition) {
  return condition ? 1 : 0;
}

constexpr Entry entries[]{
    {"add", [](Value x, Value y) { return x + y; }, [](auto x, auto y) { return x + y; }},
    {"subtract", [](Value x, Value y) { return x - y; }, [](auto x, auto y) { return x - y; }},
    {"multiply", [](Value x, Value y) { return x * y; }, [](auto x, auto y) { return x * y; }},
    {"divide", [](Value x, Value y) { return x / y; }, [](auto x, auto y) { return x / y; }},
    {"less", [](Value x, Value y) { return less(x, y); },
     [](auto x, auto y) { return truth<decltype(x)>(x < y); }},
    {"less_equal", [](Value x, Value y) { return less_equal(x, y); },
     [](auto x, auto y) { return truth<decltype(x)>(x <= y); }},
    {"equal", [](Value x, Value y) { return equal(x, y); },
     [](auto x, auto y) { return truth<decltype(x)>(x == y); }},
    {"select", [](Value x, Value y) { return select(x, x, y); },
     [](auto x, auto y) { return x != 0 ? x : y; }},
    {"maximum", [](Value x, Value y) { return maximum(x, y); },
     [](auto x, auto y) { return std::isnan(x) || x > y ? x : y; }},
    {"minimum", [](Value x, Value y) { return minimum(x, y); },
     [](auto x, auto y) { return std::isnan(x) || x < y ? x : y; }},
    {"negate", [](Value x, Value) { return -x; }, [](auto x, auto) { return -x; }},
    {"abs", [](Value x, Value) { return abs(x); }, [](auto x, auto) { return std::abs(x); }},
    {"sign", [](Value x, Value) { return sign(x); },
     [](auto x, auto) { return x == 0 || x != x ? x : std::copysign(decltype(x)(1), x); }},
    {"relu", [](Value x, Value) { return ops::relu(x); },
     [](auto x, auto) { return x <= 0 ? decltype(x)(0) : x; }},
    {"sqrt", [](Value x, Value) { return sqrt(x); }, [](auto x, auto) { return std::sqrt(x); }},
    {"exp", [](Value x, Value) { return exp(x); }, [](auto x, auto) { return std::exp(x); }, 3},
    {"log", [](Value x, Value) { return log(x); }, [](auto x, auto) { return std::log(x); }, 3},
    {"log1p", [](Value x, Value) { return log1p(x); }, [](auto x, auto) { return std::log1p(x); }, 3},
    {"tanh", [](Value x, Value) { return ops::tanh(x); }, [](auto x, auto) { return std::tanh(x); }, 4},
    {"sigmoid", [](Value x, Value) { return ops::sigmoid(x); },
     [](auto x, auto) { return 1 / (1 + std::exp(-x)); }, 4},
    {"softplus", [](Value x, Value) { return softplus(x); },
     [](auto x, auto) { return (x <= 0 ? decltype(x)(0) : x) + std::log1p(std::exp(-std::abs(x))); }, 4},
    {"exp2", [](Value x, Value) { return exp2(x); }, [](auto x, auto) { return std::exp2(x); }, 4},
    {"expm1", [](Value x, Value) { return expm1(x); }, [](auto x, auto) { return std::expm1(x); }, 4},
    {"log2", [](Value x, Value) { return log2(x); }, [](auto x, auto) { return std::log2(x); }, 4},
    {"log10", [](Value x, Value) { return log10(x); }, [](auto x, auto) { return std::log10(x); }, 4},
    {"cbrt", [](Value x, Value) { return cbrt(x); }, [](auto x, auto) { return std::cbrt(x); }, 4},
    {"sin", [](Value x, Value) { return sin(x); }, [](auto x, auto) { return std::sin(x); }, 4},
    {"cos", [](Value x, Value) { return cos(x); }, [](auto x, auto) { return std::cos(x); }, 4},
    {"tan", [](Value x, Value) { return tan(x); }, [](auto x, auto) { return std::tan(x); }, 4},
    {"asin", [](Value x, Value) { return asin(x); }, [](auto x, auto) { return std::asin(x); }, 4},
    {"acos", [](Value x, Value) { return acos(x); }, [](auto x, auto) { return std::acos(x); }, 4},
    {"atan", [](Value x, Value) { return atan(x); }, [](auto x, auto) { return std::atan(x); }, 4},
    {"sinh", [](Value x, Value) { return sinh(x); }, [](auto x, auto) { return std::sinh(x); }, 4},
    {"cosh", [](Value x, Value) { return cosh(x); }, [](auto x, auto) { return std::cosh(x); }, 4},
    {"asinh", [](Value x, Value) { return asinh(x); }, [](auto x, auto) { return std::asinh(x); }, 4},
    {"acosh", [](Value x, Value) { return acosh(x); }, [](auto x, auto) { return std::acosh(x); }, 4},
    {"atanh", [](Value x, Value) { return atanh(x); }, [](auto x, auto) { return std::atanh(x); }, 4},
    {"erf", [](Value x, Value) { return erf(x); }, [](auto x, auto) { return std::erf(x); }, 4},
    {"erfc", [](Value x, Value) { return erfc(x); }, [](auto x, auto) { return std::erfc(x); }, 4},
    {"lgamma", [](Value x, Value) { return lgamma(x); }, [](auto x, auto) { return std::lgamma(x); }, 4},
    {"floor", [](Value x, Value) { return floor(x); }, [](auto x, auto) { return std::floor(x); }},
    {"rsqrt", [](Value x, Value) { return rsqrt(x); }, [](auto x, auto) { return 1 / std::sqrt(x); }, 2},
    {"digamma", [](Value x, Value) { return digamma(x); }, [](auto x, auto) { return scalar::digamma(x); },
     6},
    {"trigamma", [](Value x, Value) { return trigamma(x); }, [](auto x, auto) { return scalar::trigamma(x); },
     6},
    {"tetragamma", [](Value x, Value) { return tetragamma(x); },
     [](auto x, auto) { return scalar::tetragamma(x); }, 6},
    {"atan2", [](Value x, Value y) { return atan2(x, y); }, [](auto x, auto y) { return std::atan2(x, y); },
     4},
    {"hypot", [](Value x, Value y) { return hypot(x, y); }, [](auto x, auto y) { return std::hypot(x, y); },
     4},
    {"pow", [](Value x, Value y) { return pow(x, y); }, [](auto x, auto y) { return std::pow(x, y); }, 4},
};

/// Every pair of edge values goes through every function.
struct Tables {
  static constexpr auto graph = freeze_graph([] {
    GraphBuilder builder;
    const Extents table{numbers, numbers};
    const Value x = broadcast(input(builder, {numbers, 1}, {block::input, 0}), table);
    const Value y = broadcast(input(builder, {numbers}, {block::input, 0}), table);
    std::size_t offset = 0;
    for (const Entry& entry : entries) {
      builder.output(entry.function(x, y), {block::output, offset});
      offset += table.elements();
    }
    return remove_dead(builder.graph().view());
  });
};

}  // namespace

TEMPLATE_TEST_CASE("functions of edge values are the scalar ones in vectors too", "[laws]", float, double) {
  using P = Program<Tables, TestType>;
  const std::vector<TestType> x = edges<TestType>();
  REQUIRE(x.size() == numbers);
  std::vector<TestType> tables(std::size(entries) * numbers * numbers, TestType(-77));
  std::vector<std::byte> arena(P::workspace_bytes);
  Blocks blocks;
  blocks.bind(block::arena, arena.data());
  blocks.bind(block::input, x.data());
  blocks.bind(block::output, tables.data());
  P::run(blocks);
  const TestType* result = tables.data();
  for (const Entry& entry : entries)
    for (std::size_t i = 0; i < numbers; ++i)
      for (std::size_t j = 0; j < numbers; ++j, ++result) {
        const TestType expected = entry.meaning(x[i], x[j]);
        INFO(entry.name << "(" << x[i] << ", " << x[j] << ") is " << expected << ", in a vector " << *result);
        if (!(ulps(*result, expected) <= entry.allowed)) CHECK(ulps(*result, expected) <= entry.allowed);
      }
}

}  // namespace ctnn::test::laws
