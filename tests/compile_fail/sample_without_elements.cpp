// expect: Model takes samples with elements, receives Shape<3, 0, 32>
#include <ctnn.hpp>

ctnn::Model<ctnn::Flatten, ctnn::Shape<3, 0, 32>> model;
