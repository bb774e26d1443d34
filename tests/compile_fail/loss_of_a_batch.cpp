// expect: BatchError must give one number per sample, gives [10]
#include <ctnn.hpp>
#include <ctnn/train.hpp>

struct BatchError {
  static constexpr ctnn::ElementType target_type = ctnn::ElementType::real;
  static constexpr ctnn::Extents target(const ctnn::Extents& prediction) { return prediction; }
  static constexpr ctnn::Value lower(ctnn::Builder&, ctnn::Value prediction, ctnn::Value target) {
    return abs(prediction - target);
  }
};

int main() {
  ctnn::Model<ctnn::Linear<10>, ctnn::Shape<2>> model;
  ctnn::value_and_gradient<BatchError, 1>(model, std::array{1.0f, 2.0f}, ctnn::Tensor<float, 10>{});
}
