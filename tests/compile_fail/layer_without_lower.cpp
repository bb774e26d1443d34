// expect: layer 0 (Swish) is not a layer: it needs `static constexpr Value lower(Builder&, Value)`
#include <ctnn.hpp>

struct Swish {
  static float value(float x);
};

ctnn::Model<ctnn::Sequential<Swish, ctnn::Linear<10>>, ctnn::Shape<4>> model;
