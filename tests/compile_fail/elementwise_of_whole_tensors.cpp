// expect: layer 1 (Elementwise
// expect: computes a formula for each element, but sum takes whole tensors
#include <ctnn.hpp>
#include <ctnn/formula.hpp>
#include <ctnn/layers_formula.hpp>

constexpr ctnn::Variable<"x"> x;
ctnn::Model<ctnn::Sequential<ctnn::Linear<3>, ctnn::Elementwise<x / sum(x)>>, ctnn::Shape<3>> net;
