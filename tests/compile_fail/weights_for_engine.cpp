// expect: Engine expects weights::bf16 or weights::int8 behind the Model, receives float
#include <ctnn.hpp>

using Net = ctnn::Model<ctnn::Linear<16>, ctnn::Shape<4>>;

int main() {
  ctnn::Engine<Net, float> engine{Net{}};
  return engine({1, 2, 3, 4})[0] > 0;
}
