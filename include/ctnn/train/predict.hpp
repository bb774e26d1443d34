#pragma once
#include <ctnn/model/model.hpp>
#include <ctnn/train/share_mini_batches.hpp>
#include <ctnn/train/value_and_gradient.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace ctnn {

namespace detail {

/// What keeps a range from being samples of a network, as a sentence.
template <class Net, class Samples, std::size_t Batch>
struct SamplesFit {
  static constexpr auto complaint = freeze_text([] {
    using Given = typename ElementOf<Samples>::type;
    using Taken = typename Net::value_type;
    if (Net::network::complaint.size() != 0) return Text();
    if (Batch == 0) return Text("a mini-batch has at least one sample");
    if (!std::is_same_v<Given, Taken>)
      return join("a prediction takes samples of ", type_name<Taken>,
                  " as a tensor, array, vector or span, receives ", type_name<Samples>);
    if (static_size<Samples> % Net::input_shape::elements != 0)
      return join("a prediction takes samples ", Net::input_extents, ", receives ", static_size<Samples>,
                  " numbers, which are not whole samples");
    return Text();
  });
};

}  // namespace detail

/// The network's outputs for any number of samples, which lie one after the other in a contiguous range;
/// Batch are gone through at a time. Throws std::invalid_argument if the last one is not whole.
template <std::size_t Batch, class Net, class Samples>
std::vector<typename Net::value_type> predict(const Net& model, const Samples& samples,
                                              const EvaluationOptions& options = {}) {
  using T = typename Net::value_type;
  using Fit = detail::SamplesFit<Net, Samples, Batch>;
  static_cast<void>(Checked<Fit>{});
  if constexpr (Fit::complaint.size() != 0) {
    return {};
  } else {
    using Run = Program<Evaluation<typename Net::layer, typename Net::input_shape, Batch>, T>;
    constexpr std::size_t inputs = Net::input_shape::elements, outputs = Net::output_shape::elements;
    if (std::size(samples) % inputs != 0)
      throw std::invalid_argument("the model takes samples of " + std::to_string(inputs) + " numbers, " +
                                  std::to_string(std::size(samples)) + " are not whole samples");
    const std::size_t count = std::size(samples) / inputs;
    std::vector<T> results(count * outputs);
    detail::share_mini_batches<Batch>(count, options.threads, [&] {
      return [&, workspace = AlignedBuffer<std::byte>(Run::workspace_bytes),
              input = AlignedBuffer<T>(Batch * inputs),
              output = AlignedBuffer<T>(Batch * outputs)](std::size_t first, std::size_t whole) mutable {
        std::copy_n(std::data(samples) + first * inputs, whole * inputs, input.data());
        Blocks blocks = model.bind();
        blocks.bind(block::arena, workspace.data());
        blocks.bind(block::input, input.data());
        blocks.bind(block::output, output.data());
        Run::run(blocks);
        std::copy_n(output.data(), whole * outputs, results.data() + first * outputs);
      };
    });
    return results;
  }
}

}  // namespace ctnn
