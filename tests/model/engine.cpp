#include <ctnn/model/engine.hpp>

#include "networks.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

using Residuals =
    Sequential<Conv2d<8, 3, Padding<1>>, ReLU,
               Residual<Sequential<Conv2d<8, 3, Padding<1>>, ReLU, Conv2d<8, 3, Padding<1>>>>,
               Residual<Sequential<Conv2d<12, 3, Stride<2>, Padding<1>>, ReLU, Conv2d<12, 3, Padding<1>>>,
                        Sequential<Conv2d<12, 1, Stride<2>>>>,
               AvgPool2d<4>, Flatten, Linear<5>>;
using Branches =
    Sequential<Concat<Conv2d<3, 1>, Conv2d<4, 3, Padding<1>>, Identity>, AvgPool2d<3, Stride<2>, Padding<1>>,
               Tanh, Sum<Conv2d<4, 1, Bias<false>>, Conv2d<4, 3, Padding<1>>>, Flatten, Linear<7>, Softmax>;
using Steps = Sequential<Repeat<3, Sequential<Linear<9>, Tanh>>, Linear<4>, Sigmoid>;

/// Checks that the engine agrees with the model to a few units in the last place of the largest output.
template <class L, class S, class T>
void check_engine() {
  using Net = Model<L, S, T>;
  const Net model{Seed{6}};
  Engine<Net> engine{model};
  for (std::size_t k = 0; k < 3; ++k) {
    typename Net::input_tensor sample;
    fill(std::span(sample.begin(), sample.size()), 100 + k, 2.0);
    const auto expected = model(sample), actual = engine(sample);
    double largest = 0;
    for (const T element : expected) largest = std::max(largest, static_cast<double>(std::abs(element)));
    CHECK(largest_difference<T>(std::span(actual.begin(), actual.size()),
                                std::vector<double>(expected.begin(), expected.end())) /
              (largest * std::numeric_limits<T>::epsilon()) <=
          8.0);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("an engine computes what its model does", "[model]", float, double) {
  check_engine<TutorialLayers, Shape<3, 32, 32>, TestType>();
  check_engine<Residuals, Shape<3, 8, 8>, TestType>();
  check_engine<Branches, Shape<2, 7, 7>, TestType>();
  check_engine<Steps, Shape<6, 5>, TestType>();
}

TEST_CASE("engines share packed weights, and keep them when the model changes", "[model]") {
  using Net = Model<Steps, Shape<6, 5>>;
  Net model{Seed{7}};
  Engine<Net> first{model};
  Engine<Net> second{first.packed()};
  Net::input_tensor sample;
  fill(std::span(sample.begin(), sample.size()), 100, 2.0);
  const auto before = first(sample);
  CHECK(second(sample) == before);
  std::ranges::fill(model.parameters(), 0.0f);
  CHECK(first(sample) == before);
  CHECK(!(Engine<Net>{model}(sample) == before));
}
