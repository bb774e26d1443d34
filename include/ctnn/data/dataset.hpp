#pragma once
#include <cstddef>
#include <cstdint>
#include <ctnn/core/shape.hpp>
#include <ctnn/core/tensor.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace ctnn {

namespace detail {
template <class T, class S>
struct ViewOf;
template <class T, std::size_t... Axes>
struct ViewOf<T, Shape<Axes...>> {
  using type = TensorView<T, Axes...>;
};

template <class T, class Target>
struct Targets {
  using element = Target;
  static constexpr std::size_t elements = 1;
  static Target at(const std::vector<Target>& targets, std::size_t i) { return targets[i]; }
};
template <class T, std::size_t... Axes>
struct Targets<T, Shape<Axes...>> {
  using element = T;
  static constexpr std::size_t elements = Shape<Axes...>::elements;
  static TensorView<const T, Axes...> at(const std::vector<T>& targets, std::size_t i) {
    return TensorView<const T, Axes...>(targets.data() + i * elements);
  }
};
}  // namespace detail

/// Samples of one static shape, each with what a network should answer. `Target` is an integer type for class
/// indices, or a Shape for regression: then a target is elements of T, as a sample is.
template <class T, class SampleShape, class Target = std::int32_t>
struct Dataset {
  using value_type = T;
  using sample_shape = SampleShape;
  using target_type = Target;
  using target_element = typename detail::Targets<T, Target>::element;
  using sample_view = typename detail::ViewOf<const T, SampleShape>::type;
  static constexpr std::size_t sample_elements = SampleShape::elements;
  static constexpr std::size_t target_elements = detail::Targets<T, Target>::elements;

  /// size() * sample_elements numbers, one sample after the other, each row-major.
  std::vector<T> samples;
  /// size() * target_elements class indices or numbers.
  std::vector<target_element> targets;
  /// By class index; empty when the classes have no names.
  std::vector<std::string> class_names;

  std::size_t size() const { return samples.size() / sample_elements; }

  /// Throws std::invalid_argument when there is a part of a sample, or another number of targets than of
  /// samples.
  [[gnu::cold]] void check_sizes() const {
    if (samples.size() % sample_elements != 0)
      throw std::invalid_argument("the dataset has " + std::to_string(samples.size()) +
                                  " numbers, which are no whole samples of " +
                                  std::to_string(sample_elements));
    if (targets.size() != size() * target_elements)
      throw std::invalid_argument("the dataset has " + std::to_string(size()) + " samples and " +
                                  std::to_string(targets.size() / target_elements) + " targets");
  }

  /// The i-th sample; it points into `samples`.
  sample_view sample(std::size_t i) const { return sample_view(samples.data() + i * sample_elements); }
  /// The i-th class index, or a view of the i-th target.
  auto target(std::size_t i) const { return detail::Targets<T, Target>::at(targets, i); }

  /// A copy of `count` samples from `first` on. Throws std::out_of_range when there are fewer, and
  /// std::invalid_argument when there are not as many targets as samples.
  Dataset subset(std::size_t first, std::size_t count) const {
    check_sizes();
    if (first > size() || count > size() - first)
      throw std::out_of_range("Dataset::subset: samples " + std::to_string(first) + " to " +
                              std::to_string(first) + " + " + std::to_string(count) + " of " +
                              std::to_string(size()));
    const auto slice = [&](const auto& all, std::size_t each) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first * each);
      return std::vector(begin, begin + static_cast<std::ptrdiff_t>(count * each));
    };
    return {slice(samples, sample_elements), slice(targets, target_elements), class_names};
  }
};

}  // namespace ctnn
