// expect: Engine expects a Model of float for weights::int8, receives one of double
#include <ctnn.hpp>

using Net = ctnn::Model<ctnn::Linear<16>, ctnn::Shape<4>, double>;

int main() {
  ctnn::Engine<Net, ctnn::weights::int8> engine{Net{}};
  return engine({1, 2, 3, 4})[0] > 0;
}
