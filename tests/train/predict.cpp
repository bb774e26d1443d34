#include <catch2/catch.hpp>
#include <train/small.hpp>

namespace {

using namespace ctnn;

TEST_CASE("predictions are the model's outputs for each sample, with any number of threads") {
  const Points data = points(29);
  const Small model{Seed{5}};
  const std::vector<float> outputs = predict<8>(model, data.samples);
  REQUIRE(outputs.size() == 29 * 3);
  for (std::size_t i = 0; i < 29; ++i) {
    Small::input_tensor sample;
    std::copy_n(data.samples.begin() + static_cast<std::ptrdiff_t>(4 * i), 4, sample.data());
    const auto expected = model(sample);
    for (std::size_t k = 0; k < 3; ++k) CHECK(outputs[3 * i + k] == Approx(expected[k]).margin(1e-6));
  }
  for (std::size_t threads : {2u, 3u, 8u, 0u})
    CHECK(predict<8>(model, std::span(data.samples), {.threads = threads}) == outputs);
}

TEST_CASE("predictions for no sample are none, and a part of one is refused") {
  const Small model;
  CHECK(predict<4>(model, std::vector<float>()).empty());
  CHECK_THROWS_WITH(predict<4>(model, std::vector<float>(9), {.threads = 2}),
                    "the model takes samples of 4 numbers, 9 are not whole samples");
}

}  // namespace
