// expect: ctnn: the elements of a model are float or double
#include <ctnn.hpp>

ctnn::Model<ctnn::Linear<10>, ctnn::Shape<4>, int> model;
