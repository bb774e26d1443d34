// expect: takes a formula: Elementwise<x * tanh(x)>, of a variable x
#include <ctnn.hpp>
#include <ctnn/layers_formula.hpp>

ctnn::Model<ctnn::Elementwise<2.0>, ctnn::Shape<3>> net;
