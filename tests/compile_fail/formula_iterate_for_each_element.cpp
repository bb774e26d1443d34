// expect: computes a formula for each element, but a repeated step takes whole tensors
#include <ctnn.hpp>
#include <ctnn/formula_tensors.hpp>
#include <ctnn/layers_formula.hpp>

constexpr ctnn::Variable<"x"> x;
constexpr auto f = iterate<3>(x, [](auto y) { return sin(y); });
ctnn::Model<ctnn::Elementwise<f>, ctnn::Shape<3>> net;
