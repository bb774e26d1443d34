// expect: validation takes a dataset of the type trained on, Dataset<float, Shape<4>>, receives Dataset<...>
#include <ctnn.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/train.hpp>

void train(const ctnn::Dataset<float, ctnn::Shape<4>>& data,
           const ctnn::Dataset<float, ctnn::Shape<4>, ctnn::Shape<2>>& other) {
  ctnn::Model<ctnn::Linear<2>, ctnn::Shape<4>> model;
  ctnn::fit<4>(model, data, ctnn::CrossEntropy{}, ctnn::SGD{}, {.epochs = 2, .validation = &other});
}
