// expect: gradcheck takes a model of double
#include <ctnn.hpp>
#include <ctnn/train.hpp>

ctnn::GradcheckResult check(const ctnn::Model<ctnn::Linear<2>, ctnn::Shape<2>>& model,
                            const std::array<float, 4>& samples, const std::array<std::int32_t, 2>& labels) {
  return ctnn::gradcheck<ctnn::CrossEntropy, 2>(model, samples, labels);
}
