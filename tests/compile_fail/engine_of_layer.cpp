// expect: Engine expects a Model, receives Sequential<...>: write Model<layer, shape of one sample>
#include <ctnn.hpp>

using Classifier = ctnn::Sequential<ctnn::Linear<16>, ctnn::ReLU, ctnn::Linear<10>>;

int main() {
  ctnn::Engine<Classifier> engine{Classifier{}};
  return engine({1, 2, 3, 4})[0] > 0;
}
