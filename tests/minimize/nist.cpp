#include "nist.hpp"
#include <catch2/catch.hpp>
#include <ctnn/minimize.hpp>

namespace {

template <std::size_t N>
constexpr auto b() {
  constexpr char name[]{'b', static_cast<char>('0' + N), '\0'};
  return ctnn::Variable<ctnn::FixedString(name)>{};
}
constexpr auto b1 = b<1>();
constexpr auto b2 = b<2>();
constexpr auto b3 = b<3>();
constexpr auto b4 = b<4>();
constexpr auto b5 = b<5>();
constexpr auto b6 = b<6>();
constexpr auto b7 = b<7>();
constexpr auto b8 = b<8>();
constexpr ctnn::Variable<"x"> x;
constexpr ctnn::Variable<"y"> y;

/// Fits the model from both starts, or from the second, to the certified parameters and sum of squares.
template <std::size_t... N>
void check(const std::string& name, const auto& model, std::size_t first, std::index_sequence<N...>) {
  const NistProblem problem(name);
  REQUIRE(problem.certified.size() == sizeof...(N));
  for (std::size_t i = first; i < 2; ++i) {
    const std::vector<double>& start = problem.starts[i];
    const auto fit = ctnn::least_squares(y - model, ctnn::at((b<N + 1>() = start[N])...),
                                         ctnn::given(x = problem.x, y = problem.y));
    INFO(name << " from b1 = " << start[0] << ": " << to_string(fit.stopped) << " after " << fit.iterations);
    CHECK(fit);
    const double found[]{fit.point[b<N + 1>()]...};
    for (std::size_t k = 0; k < sizeof...(N); ++k)
      CHECK(found[k] == Approx(problem.certified[k]).epsilon(1e-8));
    CHECK(fit.value == Approx(problem.sum_of_squares).epsilon(1e-9));
  }
}
template <std::size_t Parameters>
void check(const std::string& name, const auto& model, std::size_t first = 0) {
  check(name, model, first, std::make_index_sequence<Parameters>{});
}

}  // namespace

TEST_CASE("NIST's problems of average difficulty", "[minimize]") {
  check<5>("MGH17", b1 + b2 * exp(-x * b4) + b3 * exp(-x * b5));
  check<7>("Hahn1",
           (b1 + b2 * x + b3 * square(x) + b4 * pow<3>(x)) / (1 + b5 * x + b6 * square(x) + b7 * pow<3>(x)));
  check<8>("Gauss3", b1 * exp(-b2 * x) + b3 * exp(-square(x - b4) / square(b5)) +
                         b6 * exp(-square(x - b7) / square(b8)));
}

TEST_CASE("NIST's problems of higher difficulty", "[minimize]") {
  check<7>("Thurber",
           (b1 + b2 * x + b3 * square(x) + b4 * pow<3>(x)) / (1 + b5 * x + b6 * square(x) + b7 * pow<3>(x)));
  check<3>("Eckerle4", b1 / b2 * exp(-0.5 * square((x - b3) / b2)));
  check<4>("MGH09", b1 * (square(x) + x * b2) / (square(x) + x * b3 + b4));
  check<4>("Rat43", b1 / pow(1 + exp(b2 - b3 * x), 1 / b4));
  check<3>("Bennett5", b1 * pow(b2 + x, -1 / b3));
  check<2>("BoxBOD", b1 * (1 - exp(-b2 * x)));
  // From the first start, 2, 4e5 and 25000, it creeps along a valley and does not arrive.
  check<3>("MGH10", b1 * exp(b2 / (x + b3)), 1);
}
