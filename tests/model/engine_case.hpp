#pragma once
#include <algorithm>
#include <ctnn/model/engine.hpp>
#include <limits>

#include "networks.hpp"

namespace ctnn::test {

/// Checks that the engine agrees with the model to a few units in the last place of the largest output.
template <class L, class S, class T>
void check_engine() {
  using Net = Model<L, S, T>;
  Net model{Seed{6}};
  // As they are drawn at first, normalisations do nothing.
  for (std::size_t i = 0; T & parameter : model.parameters())
    parameter += static_cast<T>(number(i++, 50, 0.2));
  for (std::size_t i = 0; T & state : model.states()) state += static_cast<T>(number(i++, 51, 1.0));
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

}  // namespace ctnn::test
