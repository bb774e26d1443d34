#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctnn/core/random.hpp>
#include <ctnn/data/dataset.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace ctnn {

/// Mean and deviation of each channel, a sample's axis 0: a colour of an image, a feature of a vector.
struct ChannelStatistics {
  std::vector<double> mean, deviation;
};

/// Over all samples; the deviation is that of the population (divided by the count).
template <class T, class SampleShape, class Target>
ChannelStatistics channel_statistics(const Dataset<T, SampleShape, Target>& set) {
  constexpr std::size_t channels = SampleShape::extents[0], each = SampleShape::elements / channels;
  ChannelStatistics result{std::vector<double>(channels), std::vector<double>(channels)};
  const double count = static_cast<double>(set.size() * each);
  const auto add_up = [&](std::vector<double>& sums, auto value_of) {
    for (std::size_t i = 0; i < set.samples.size(); ++i) {
      const std::size_t channel = i / each % channels;
      sums[channel] += value_of(static_cast<double>(set.samples[i]), channel);
    }
    for (double& sum : sums) sum /= count;
  };
  add_up(result.mean, [](double value, std::size_t) { return value; });
  add_up(result.deviation, [&](double value, std::size_t channel) {
    return (value - result.mean[channel]) * (value - result.mean[channel]);
  });
  for (double& variance : result.deviation) variance = std::sqrt(variance);
  return result;
}

/// Replaces each element by (element - mean) / deviation of its channel. A channel without deviation is only
/// shifted. Normalise a test set by the statistics of the training set.
template <class T, class SampleShape, class Target>
void normalise(Dataset<T, SampleShape, Target>& set, const ChannelStatistics& statistics) {
  constexpr std::size_t channels = SampleShape::extents[0], each = SampleShape::elements / channels;
  if (statistics.mean.size() != channels || statistics.deviation.size() != channels)
    throw std::invalid_argument("normalise: expected " + std::to_string(channels) + " channels");
  for (std::size_t i = 0; i < set.samples.size(); ++i) {
    const std::size_t channel = i / each % channels;
    const double deviation = statistics.deviation[channel];
    set.samples[i] = static_cast<T>((static_cast<double>(set.samples[i]) - statistics.mean[channel]) /
                                    (deviation > 0 ? deviation : 1));
  }
}

/// The same samples with targets of `Classes` numbers, 1 at the class index and 0 elsewhere. Throws
/// std::out_of_range for another class index.
template <std::size_t Classes, class T, class SampleShape>
Dataset<T, SampleShape, Shape<Classes>> one_hot(const Dataset<T, SampleShape>& set) {
  Dataset<T, SampleShape, Shape<Classes>> result{set.samples, std::vector<T>(set.size() * Classes),
                                                 set.class_names};
  set.check_sizes();
  for (std::size_t i = 0; i < set.size(); ++i) {
    const std::int32_t label = set.targets[i];
    if (label < 0 || static_cast<std::size_t>(label) >= Classes)
      throw std::out_of_range("one_hot: sample " + std::to_string(i) + " has class " + std::to_string(label) +
                              " of " + std::to_string(Classes));
    result.targets[i * Classes + static_cast<std::size_t>(label)] = T{1};
  }
  return result;
}

/// The samples, with their targets, in random order.
template <class T, class SampleShape, class Target>
Dataset<T, SampleShape, Target> shuffled(const Dataset<T, SampleShape, Target>& set, Seed seed) {
  using Set = Dataset<T, SampleShape, Target>;
  set.check_sizes();
  std::vector<std::size_t> order(set.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(std::span<std::size_t>(order));
  Set result{{}, {}, set.class_names};
  result.samples.reserve(set.samples.size());
  result.targets.reserve(set.targets.size());
  const auto append = [](auto& to, const auto& from, std::size_t i, std::size_t each) {
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(i * each);
    to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(each));
  };
  for (const std::size_t i : order) {
    append(result.samples, set.samples, i, Set::sample_elements);
    append(result.targets, set.targets, i, Set::target_elements);
  }
  return result;
}

}  // namespace ctnn
