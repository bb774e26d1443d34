// expect: layer 1 (BatchNorm1d<>) needs more than one value per channel in training
// expect: train on larger mini-batches
#include <ctnn.hpp>
#include <ctnn/train.hpp>

using Net = ctnn::Model<ctnn::Sequential<ctnn::Linear<3>, ctnn::BatchNorm1d<>>, ctnn::Shape<2>>;

ctnn::LossGradient<Net, ctnn::CrossEntropy, 1> gradient;
