// expect: takes a formula of the variables prediction and target: label is neither
#include <ctnn.hpp>
#include <ctnn/train.hpp>

constexpr ctnn::Variable<"prediction"> prediction;
constexpr ctnn::Variable<"label"> label;
using Net = ctnn::Model<ctnn::Linear<3>, ctnn::Shape<3>>;
ctnn::Trainer<Net, ctnn::ElementwiseLoss<square(prediction - label)>, ctnn::SGD, 4> trainer;
