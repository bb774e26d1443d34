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

/// The type of a contiguous range's elements; void for what is none.
template <class Range>
struct ElementOf {
  using type = void;
};
template <class Range>
requires requires(const Range& range) {
  std::data(range);
  std::size(range);
}
struct ElementOf<Range> {
  using type = std::remove_cvref_t<decltype(*std::data(std::declval<const Range&>()))>;
};

/// What keeps samples and targets from being a batch of a network, as a sentence.
template <class Net, Loss Criterion, std::size_t Batch, class Samples, class Targets>
struct BatchFit {
  static constexpr std::size_t sample_elements = Batch * Net::input_shape::elements;
  static constexpr std::size_t target_elements = Batch * Criterion::target(Net::output_extents).elements();

  template <class Range, class Element>
  static constexpr Text element_complaint(std::string_view what) {
    using Given = typename ElementOf<Range>::type;
    if constexpr (std::is_void_v<Given>)
      return join("the gradient takes ", what, " as a tensor, array, vector or span, receives ",
                  type_name<Range>);
    else if constexpr (!std::is_same_v<Given, Element>)
      return join("the gradient takes ", what, " of ", type_name<Element>, ", receives ", type_name<Given>);
    else
      return {};
  }
  static constexpr auto complaint = freeze_text([] {
    if (Batch == 0 || Net::network::complaint.size() + LossFit<Net, Criterion>::complaint.size() != 0)
      return Text();
    Text sentence = element_complaint<Samples, typename Net::value_type>("samples");
    if (!sentence.empty()) return sentence;
    constexpr std::size_t samples = static_size<Samples>, targets = static_size<Targets>;
    if (samples != 0 && samples != sample_elements)
      return join("the gradient takes ", Batch, " samples ", Net::input_extents, ", ", sample_elements,
                  " numbers in all, receives ", samples);
    sentence = element_complaint<Targets, target_element<Criterion, typename Net::value_type>>(
        Criterion::target_type == ElementType::index ? "class labels" : "targets");
    if (!sentence.empty()) return sentence;
    if (targets != 0 && targets != target_elements)
      return join("the gradient takes ", target_elements, " targets for ", Batch, " samples, receives ",
                  targets);
    return Text();
  });

  static void check_sizes(std::size_t samples, std::size_t targets) {
    if (samples != sample_elements || targets != target_elements)
      throw std::invalid_argument("the gradient takes " + std::to_string(sample_elements) + " numbers and " +
                                  std::to_string(target_elements) + " targets, it was given " +
                                  std::to_string(samples) + " and " + std::to_string(targets));
  }
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
/// is static; so does a label that has no class.
template <Loss Criterion, std::size_t Batch, class Net, class Samples, class Targets>
ValueAndGradient<Net> value_and_gradient(const Net& model, const Samples& samples, const Targets& targets) {
  using Fit = detail::BatchFit<Net, Criterion, Batch, Samples, Targets>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() == 0) {
    Fit::check_sizes(std::size(samples), std::size(targets));
    LossGradient<Net, Criterion, Batch> gradient;
    Net copy = model;  // whose states it updates
    const auto value = gradient(copy, std::data(samples), std::data(targets));
    return {value, Gradient<Net>(gradient.gradients())};
  } else {
    return {0, Gradient<Net>({})};
  }
}

}  // namespace ctnn
