#include "engine_case.hpp"

using namespace ctnn;
using namespace ctnn::test;

namespace {

// Each tensor, and each row of a layer's matrix, is rounded up to a cache line; a bias is not repeated over
// the pixels that it is added to.
static_assert(Packed<Tutorial<float>>::elements <=
              (Tutorial<float>::parameter_count + 10 * 15 + 400 * 8 + 120 * 12 + 84 * 6));

using Steps = Sequential<Repeat<3, Sequential<Linear<9>, Tanh>>, Linear<4>, Sigmoid>;

}  // namespace

TEST_CASE("an engine computes what its model does", "[model]") {
  check_engine<TutorialLayers, Shape<3, 32, 32>, float>();
  check_engine<Steps, Shape<6, 5>, float>();
  check_engine<Steps, Shape<6, 5>, double>();
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

TEST_CASE("the numbers of a sample in braces are the sample", "[model]") {
  using Net = Model<Linear<3>, Shape<2, 2>>;
  const Net model{Seed{7}};
  Engine<Net> engine{model};
  const Net::input_tensor sample{1, 2, 3, 4};
  CHECK(engine({1, 2, 3, 4}) == engine(sample));
  CHECK(model({1, 2, 3, 4}) == model(sample));
}
