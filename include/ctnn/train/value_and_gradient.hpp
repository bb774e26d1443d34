#pragma once
#include <array>
#include <ctnn/train/trainer.hpp>
#include <iterator>
#include <stdexcept>
#include <string>

namespace ctnn {

/// The gradient of a model's loss by its parameters: their block, and views of it by PyTorch's names.
template <class Net>
class Gradient {
 public:
  using value_type = typename Net::value_type;
  explicit Gradient(std::span<const value_type> elements) : elements_(elements.size()) {
    std::ranges::copy(elements, elements_.data());
  }
  template <FixedString Name>
  auto parameter() const {
    return Net::template view<Name>(elements_.data());
  }
  /// In the layout of Model::parameters().
  std::span<const value_type> elements() const { return elements_.span(); }

 private:
  AlignedBuffer<value_type> elements_;
};

namespace detail {

/// How many elements a range has, where its type says so; else 0.
template <class Range>
inline constexpr std::size_t static_size = [] {
  if constexpr (requires { std::integral_constant<std::size_t, Range::size()>{}; })
    return Range::size();
  else
    return std::size_t{0};
}();
template <class T, std::size_t N>
inline constexpr std::size_t static_size<std::array<T, N>> = N;

template <class Net, Loss Criterion, std::size_t Batch, std::size_t Samples, std::size_t Targets>
struct BatchFit {
  static constexpr std::size_t sample_elements = Batch * Net::input_shape::elements;
  static constexpr std::size_t target_elements = Batch * Criterion::target(Net::output_extents).elements();
  static constexpr auto complaint = freeze_text([] {
    if (Samples != 0 && Samples != sample_elements)
      return join("value_and_gradient takes ", Batch, " samples ", Net::input_shape::extents, ", ",
                  sample_elements, " numbers in all, receives ", Samples);
    if (Targets != 0 && Targets != target_elements)
      return join("value_and_gradient takes ", target_elements, " targets for ", Batch, " samples, receives ",
                  Targets);
    return Text();
  });
};

}  // namespace detail

template <class Net>
struct ValueAndGradient {
  typename Net::value_type value;
  Gradient<Net> gradient;
};

/// The mean loss over Batch samples and its gradient: `auto [loss, gradient] =
/// value_and_gradient<CrossEntropy, 4>(…)`. `samples` and `targets` are contiguous, Batch of each (a tensor,
/// an array, a vector or a span); another number throws std::invalid_argument, or does not compile where it
/// is static.
template <Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets>
ValueAndGradient<Net> value_and_gradient(const Net& model, const Samples& samples, const Targets& targets) {
  using Fit =
      detail::BatchFit<Net, Criterion, Batch, detail::static_size<Samples>, detail::static_size<Targets>>;
  static_cast<void>(Checked<Fit>{});
  if (std::size(samples) != Fit::sample_elements || std::size(targets) != Fit::target_elements)
    throw std::invalid_argument("value_and_gradient takes " + std::to_string(Fit::sample_elements) +
                                " numbers and " + std::to_string(Fit::target_elements) +
                                " targets, it was given " + std::to_string(std::size(samples)) + " and " +
                                std::to_string(std::size(targets)));
  LossGradient<Net, Criterion, Batch> gradient;
  const auto value = gradient(model, std::data(samples), std::data(targets));
  return {value, Gradient<Net>(gradient.gradients())};
}

}  // namespace ctnn
