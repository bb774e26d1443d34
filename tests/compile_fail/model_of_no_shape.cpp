// expect: Model takes the Shape of one sample, receives Tensor<float, 4>
#include <ctnn.hpp>

ctnn::Model<ctnn::Linear<10>, ctnn::Tensor<float, 4>> model;
