// expect: Model takes samples of at most five axes, receives Shape<1, 2, 3, 4, 5, 6>
#include <ctnn.hpp>

ctnn::Model<ctnn::Flatten, ctnn::Shape<1, 2, 3, 4, 5, 6>> model;
