#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/minimize_models.hpp>
#include <ctnn/train.hpp>

using ctnn::Stopped;

namespace {

using Xor = ctnn::Sequential<ctnn::Linear<4>, ctnn::Tanh, ctnn::Linear<1>>;
template <class T>
constexpr std::array<T, 8> corners{0, 0, 0, 1, 1, 0, 1, 1};
template <class T>
constexpr std::array<T, 4> answers{0, 1, 1, 0};
using Net = ctnn::Model<Xor, ctnn::Shape<2>, double>;

double loss_of(const auto& net) {
  using T = typename std::remove_cvref_t<decltype(net)>::value_type;
  return ctnn::value_and_gradient<ctnn::MeanSquaredError, 4>(net, corners<T>, answers<T>).value;
}

}  // namespace

TEST_CASE("L-BFGS trains XOR on all samples at once", "[minimize]") {
  Net net{ctnn::Seed{1}};
  const auto minimum =
      ctnn::minimize<ctnn::MeanSquaredError, 4>(net, corners<double>, answers<double>, ctnn::LBFGS<>{});
  CHECK(minimum.stopped == Stopped::gradient_small);
  CHECK(minimum.value < 1e-12);
  CHECK(minimum.value == loss_of(net));
  for (std::size_t i = 0; i < 4; ++i) {
    ctnn::Tensor<double, 2> corner{corners<double>[2 * i], corners<double>[2 * i + 1]};
    CHECK(net(corner)[0] == Approx(answers<double>[i]).margin(1e-5));
  }

  ctnn::Model<Xor, ctnn::Shape<2>> floats{ctnn::Seed{1}};
  const auto rough =
      ctnn::minimize<ctnn::MeanSquaredError, 4>(floats, corners<float>, answers<float>, ctnn::BFGS{});
  CHECK(rough.value < 1e-8);
  CHECK(rough.value == loss_of(floats));
}

TEST_CASE("a model's Hessian is the differences of its gradient", "[minimize]") {
  Net net{ctnn::Seed{2}};
  ctnn::detail::ModelObjective<Net, ctnn::MeanSquaredError, 4> objective(net, corners<double>.data(),
                                                                         answers<double>.data());
  constexpr std::size_t n = Net::parameter_count;
  std::vector<double> x(n), ahead(n), behind(n), hessian(n * n);
  objective.read_parameters(x);
  objective.hessian(x, hessian);
  for (std::size_t i = 0; i < n; ++i) {
    const double kept = x[i];
    x[i] = kept + 1e-5;
    objective.value_and_gradient(x, ahead);
    x[i] = kept - 1e-5;
    objective.value_and_gradient(x, behind);
    x[i] = kept;
    for (std::size_t k = 0; k < n; ++k)
      CHECK(hessian[i * n + k] == Approx((ahead[k] - behind[k]) / 2e-5).margin(1e-8));
  }
}

TEST_CASE("saddle-free Newton trains XOR", "[minimize]") {
  Net net{ctnn::Seed{1}};
  const auto minimum = ctnn::minimize<ctnn::MeanSquaredError, 4>(net, corners<double>, answers<double>,
                                                                 ctnn::SaddleFreeNewton{});
  CHECK(minimum);
  CHECK(minimum.value < 1e-12);
  CHECK(minimum.iterations < 50);
}

TEST_CASE("a batch of another size, or a label without a class, leaves the model as it is", "[minimize]") {
  Net net{ctnn::Seed{1}};
  const double before = loss_of(net);
  CHECK_THROWS_WITH(
      (ctnn::minimize<ctnn::MeanSquaredError, 4>(net, std::vector<double>(7), answers<double>, ctnn::BFGS{})),
      "the gradient takes 8 numbers and 4 targets, it was given 7 and 4");
  CHECK(loss_of(net) == before);

  ctnn::Model<ctnn::Linear<2>, ctnn::Shape<2>, double> classes;
  CHECK_THROWS_WITH((ctnn::minimize<ctnn::CrossEntropy, 4>(
                        classes, corners<double>, std::array<std::int32_t, 4>{0, 1, 1, 2}, ctnn::BFGS{})),
                    "sample 3 has label 2, the model has classes 0 to 1");
}

TEST_CASE("a loss that is not finite stops at once", "[minimize]") {
  Net net{ctnn::Seed{1}};
  net.parameter<"0.weight">()[0] = std::numeric_limits<double>::quiet_NaN();
  const auto nothing =
      ctnn::minimize<ctnn::MeanSquaredError, 4>(net, corners<double>, answers<double>, ctnn::BFGS{});
  CHECK(nothing.stopped == Stopped::value_not_finite);
  CHECK(nothing.evaluations.value == 1);
}
