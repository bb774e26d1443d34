#include <ctnn/formula.hpp>
#include <ctnn/layers_formula.hpp>
#include <limits>

#include "layer_case.hpp"

using ctnn::test::check_layer, ctnn::Shape, ctnn::Variable, ctnn::Value, ctnn::Builder;

TEST_CASE("activations that are formulas equal PyTorch's", "[layers]") {
  check_layer<ctnn::Softplus, Shape<5>>("softplus");
  check_layer<ctnn::SiLU, Shape<3, 5>>("silu");
  check_layer<ctnn::Mish, Shape<7>>("mish");
  check_layer<ctnn::GELU, Shape<2, 3, 3>>("gelu");
  check_layer<ctnn::LeakyReLU<>, Shape<9>>("leaky_relu");
  check_layer<ctnn::LeakyReLU<0.2>, Shape<9>>("leaky_relu_fifth");
  check_layer<ctnn::ELU<>, Shape<9>>("elu");
  check_layer<ctnn::ELU<0.5>, Shape<9>>("elu_half");
  check_layer<ctnn::SELU, Shape<17>>("selu");
  check_layer<ctnn::Hardsigmoid, Shape<11>>("hardsigmoid");
  check_layer<ctnn::Hardswish, Shape<11>>("hardswish");
}

namespace {

constexpr Variable<"x"> x;
constexpr Variable<"y"> y;
constexpr Variable<"z"> z;
constexpr auto mish = x * tanh(softplus(x));

/// A formula of graph values and a number.
struct Gate {
  static constexpr auto gate = z * sigmoid(y) * x;
  static constexpr Value lower(Builder&, Value input) { return gate(y = input, z = 1.0, x = input); }
};
/// The derivative by x alone: what stands for x also stands in what stands for y.
struct Partial {
  static constexpr auto partial = derivative(square(x) * y, x) / 2;
  static constexpr Value lower(Builder&, Value input) { return partial(x = input, y = sigmoid(input)); }
};
/// x² σ(x) / x is x σ(x) as well.
struct Quotient {
  static constexpr Value lower(Builder&, Value input) {
    return ctnn::elementwise<x * x * sigmoid(x) / x>(input);
  }
};

/// What a layer makes of one number, and its derivative.
template <class L>
constexpr std::pair<double, double> at(double number) {
  Builder builder(1, ctnn::Mode::evaluate);
  const Value in = ctnn::input(builder, {1}, {ctnn::block::input, 0});
  const Value out = builder.root<L>(in);
  const Value slope = gradient(reshape(out, {}), std::span(&in, 1))[0];
  const auto values = ctnn::interpret(builder.graph().view(), [&](const ctnn::Node&) { return &number; });
  return {values[static_cast<std::size_t>(out.id)][0], values[static_cast<std::size_t>(slope.id)][0]};
}

}  // namespace

TEST_CASE("a formula is a layer", "[layers]") {
  check_layer<ctnn::Elementwise<mish>, Shape<7>>("mish");
  check_layer<std::remove_const_t<decltype(ctnn::elementwise<x * sigmoid(x)>)>, Shape<3, 5>>("silu");
}

TEST_CASE("a formula computes with the values of a layer", "[layers]") {
  check_layer<Gate, Shape<3, 5>>("silu");
  check_layer<Quotient, Shape<3, 5>>("silu");
  check_layer<Partial, Shape<3, 5>>("silu");
}

TEST_CASE("activations keep to their limits", "[layers]") {
  constexpr double large = 1e4;
  STATIC_REQUIRE(at<ctnn::Softplus>(large) == std::pair{large, 1.0});
  STATIC_REQUIRE(at<ctnn::Softplus>(-large) == std::pair{0.0, 0.0});
  STATIC_REQUIRE(at<ctnn::ELU<>>(large) == std::pair{large, 1.0});
  STATIC_REQUIRE(at<ctnn::ELU<>>(-large) == std::pair{-1.0, 0.0});
  STATIC_REQUIRE(at<ctnn::ELU<>>(0) == std::pair{0.0, 1.0});
  STATIC_REQUIRE(at<ctnn::SELU>(large).second == 1.0507009873554804934193349852946);
  STATIC_REQUIRE(at<ctnn::SiLU>(large) == std::pair{large, 1.0});
  STATIC_REQUIRE(at<ctnn::SiLU>(-large) == std::pair{0.0, 0.0});
  STATIC_REQUIRE(at<ctnn::Mish>(large) == std::pair{large, 1.0});
  STATIC_REQUIRE(at<ctnn::Mish>(-large) == std::pair{0.0, 0.0});
  STATIC_REQUIRE(at<ctnn::GELU>(large) == std::pair{large, 1.0});
  STATIC_REQUIRE(at<ctnn::GELU>(-large) == std::pair{0.0, 0.0});
  STATIC_REQUIRE(at<ctnn::LeakyReLU<>>(0) == std::pair{0.0, 0.01});
}
