#pragma once
#include <ctnn/core/message.hpp>
#include <ctnn/losses/loss.hpp>
#include <ctnn/train/trainer.hpp>
#include <stdexcept>
#include <string>

namespace ctnn {

namespace detail {

/// What keeps a dataset from being used with a model and a loss, as a sentence.
template <class Net, class Data, Loss Criterion>
struct DatasetFit {
  static constexpr Extents target = Criterion::target(Net::output_extents);
  static constexpr bool labels = Criterion::target_type == ElementType::index;
  static constexpr auto complaint = freeze_text([] {
    if (Net::network::complaint.size() != 0) return Text();
    if (Data::sample_shape::extents != Net::input_extents)
      return join("the model takes samples ", Net::input_extents, ", the dataset has ",
                  Data::sample_shape::extents);
    if (!std::is_same_v<typename Data::value_type, typename Net::value_type>)
      return join("the model takes elements of ", type_name<typename Net::value_type>, ", the dataset has ",
                  type_name<typename Data::value_type>);
    if constexpr (labels || std::is_integral_v<typename Data::target_type>) {
      if (!std::is_integral_v<typename Data::target_type>)
        return join(type_name<Criterion>, " takes class labels, the targets of the dataset are numbers");
      if (!labels)
        return join(type_name<Criterion>, " takes numbers, the targets of the dataset are class labels");
      if (!std::is_same_v<typename Data::target_type, std::int32_t>)
        return join(type_name<Criterion>, " takes class labels of std::int32_t, the dataset has ",
                    type_name<typename Data::target_type>);
    } else if (Data::target_elements != target.elements()) {
      return join(type_name<Criterion>, " takes targets ", target, ", the dataset has ",
                  Data::target_type::extents);
    }
    return Text();
  });
};

/// Refuses a dataset without samples, with a part of one, with another number of targets, or with labels that
/// the model has no class for.
template <class Net, Loss Criterion, class Data>
void check_dataset(const Data& data) {
  if (data.samples.empty()) throw std::invalid_argument("the dataset is empty");
  data.check_sizes();
  if constexpr (Criterion::target_type == ElementType::index)
    check_labels(data.targets, Net::output_extents.back());
}

/// Gathers samples of a dataset, by index, into a contiguous batch.
template <class Data, std::size_t Batch>
class BatchLoader {
 public:
  explicit BatchLoader(const Data& data)
      : data_(&data), samples_(Batch * Data::sample_elements), targets_(Batch * Data::target_elements) {}

  /// Fills places begin … end - 1 of the batch with samples index(begin) … index(end - 1); what else is there
  /// is left from batches before.
  void load(std::size_t begin, std::size_t end, auto index) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t from = index(i);
      std::copy_n(data_->samples.data() + from * Data::sample_elements, Data::sample_elements,
                  samples_.data() + i * Data::sample_elements);
      std::copy_n(data_->targets.data() + from * Data::target_elements, Data::target_elements,
                  targets_.data() + i * Data::target_elements);
    }
  }
  const auto* samples() const { return samples_.data(); }
  const auto* targets() const { return targets_.data(); }

 private:
  const Data* data_;
  AlignedBuffer<typename Data::value_type> samples_;
  AlignedBuffer<typename Data::target_element> targets_;
};

}  // namespace detail
}  // namespace ctnn
