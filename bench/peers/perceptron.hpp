#pragma once
#ifdef CTNN_PEER_EIGEN3
#define EIGEN_STACK_ALLOCATION_LIMIT 0  // the matrices are members of what is on the heap
#include <Eigen/Core>
#include <ctnn/layers.hpp>

#include "tensors.hpp"

namespace bench {

/// A perceptron of three layers, by hand in Eigen with sizes known while compiling; a column is a sample.
/// The weights are turned before the first call, as an engine does.
template <class Net, std::size_t Batch>
class EigenPerceptron {
  static constexpr const auto& tensors = Net::network::lowered.parameters;
  static constexpr int size(std::size_t tensor, std::size_t axis) { return int(tensors[tensor].shape[axis]); }

 public:
  static constexpr const char* name = "Eigen";

  EigenPerceptron(std::span<const float> parameters, std::span<const float> samples)
      : block_(parameters.begin(), parameters.end()), x_(Eigen::Map<const decltype(x_)>(samples.data())) {
    visit([&](auto& matrix, auto block) { matrix = block; });
  }
  void operator()() {
    a1_.noalias() = w1_ * x_;
    activate(a1_, b1_);
    a2_.noalias() = w2_ * a1_;
    activate(a2_, b2_);
    z_.noalias() = w3_ * a2_;
    z_.colwise() += b3_;
  }
  std::span<const float> output() const { return {z_.data(), static_cast<std::size_t>(z_.size())}; }

 protected:
  static constexpr int batch = int(Batch), inputs = size(0, 1), first = size(0, 0), second = size(2, 0),
                       outputs = size(4, 0);
  template <int Rows, int Columns>
  using Matrix = Eigen::Matrix<float, Rows, Columns>;

  void activate(auto& z, const auto& bias) {
    if constexpr (boost::mp11::mp_contains<typename Net::layer, ctnn::Tanh>::value)
      z = (z.colwise() + bias).array().tanh();
    else
      z = (z.colwise() + bias).cwiseMax(0);
  }
  /// Calls with each matrix and the place of it in the model's layout.
  void visit(auto call) {
    std::size_t tensor = 0;
    const auto one = [&]<int Rows, int Columns>(Matrix<Rows, Columns>& matrix) {
      constexpr auto order = Columns == 1 ? Eigen::ColMajor : Eigen::RowMajor;
      call(matrix,
           Eigen::Map<Eigen::Matrix<float, Rows, Columns, order>>(block_.data() + tensors[tensor++].offset));
    };
    one(w1_), one(b1_), one(w2_), one(b2_), one(w3_), one(b3_);
  }

  std::vector<float> block_;
  Matrix<first, inputs> w1_;
  Matrix<second, first> w2_;
  Matrix<outputs, second> w3_;
  Matrix<first, 1> b1_;
  Matrix<second, 1> b2_;
  Matrix<outputs, 1> b3_;
  Matrix<inputs, batch> x_;
  Matrix<first, batch> a1_;
  Matrix<second, batch> a2_;
  Matrix<outputs, batch> z_;
};

/// A step of plain SGD on the cross-entropy of a perceptron with ReLU.
template <class Net, std::size_t Batch>
class EigenPerceptronStep : EigenPerceptron<Net, Batch> {
  using Base = EigenPerceptron<Net, Batch>;

 public:
  using Base::name;

  EigenPerceptronStep(std::span<const float> parameters, std::span<const float> samples,
                      std::span<const std::int32_t> labels, const auto& optimizer)
      : Base(parameters, samples),
        labels_(labels.begin(), labels.end()),
        rate_(static_cast<float>(optimizer.learning_rate)) {}
  void operator()() {
    Base::operator()();
    // The gradient by the scores, in their place: softmax minus what is true, of the mean.
    this->z_.rowwise() -= this->z_.colwise().maxCoeff().eval();
    this->z_ = this->z_.array().exp();
    this->z_.array().rowwise() /= this->z_.colwise().sum().array().eval();
    for (int i = 0; i < Base::batch; ++i) this->z_(labels_[static_cast<std::size_t>(i)], i) -= 1;
    this->z_ /= float(Base::batch);
    by_a2_.noalias() = this->w3_.transpose() * this->z_;
    by_a2_ = (this->a2_.array() > 0).select(by_a2_, 0);
    by_a1_.noalias() = this->w2_.transpose() * by_a2_;
    by_a1_ = (this->a1_.array() > 0).select(by_a1_, 0);
    descend(this->w3_, this->b3_, this->z_, this->a2_);
    descend(this->w2_, this->b2_, by_a2_, this->a1_);
    descend(this->w1_, this->b1_, by_a1_, this->x_);
  }
  std::span<const float> parameters() {
    this->visit([](const auto& matrix, auto block) { block = matrix; });
    return this->block_;
  }

 private:
  void descend(auto& weight, auto& bias, const auto& upstream, const auto& input) {
    weight.noalias() -= rate_ * upstream * input.transpose();
    bias -= rate_ * upstream.rowwise().sum();
  }

  std::vector<std::int32_t> labels_;
  float rate_;
  typename Base::template Matrix<Base::first, Base::batch> by_a1_;
  typename Base::template Matrix<Base::second, Base::batch> by_a2_;
};

}  // namespace bench
#endif
