#include "engine.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctnn/inspect/numbers.hpp>
#include <ctnn/io/model_file.hpp>
#include <iostream>
#include <vector>

void compare_engine(const Net& trained, const ctnn::Cifar10Images& images,
                    const std::filesystem::path& weights) {
  Net loaded;
  ctnn::load(loaded, weights);
  ctnn::Engine<Net> engine(loaded);

  float difference = 0;
  std::vector<double> microseconds;
  for (std::size_t i = 0; i < 2000; ++i) {
    const auto image = images.sample(i % images.size());
    const auto start = std::chrono::steady_clock::now();
    const Net::output_tensor scores = engine(image);
    const auto end = std::chrono::steady_clock::now();
    microseconds.push_back(std::chrono::duration<double, std::micro>(end - start).count());
    const Net::output_tensor expected = trained(image);
    for (std::size_t k = 0; k < scores.size(); ++k)
      difference = std::max(difference, std::abs(scores[k] - expected[k]));
  }
  const auto median = microseconds.begin() + static_cast<std::ptrdiff_t>(microseconds.size() / 2);
  std::ranges::nth_element(microseconds, median);
  std::cout << "engine: largest difference from the model " << difference << ", median latency "
            << ctnn::fixed(*median, 2) << " us\n";
}
