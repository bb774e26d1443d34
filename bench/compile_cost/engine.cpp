// budget: g++ 3 s 400 MB
// budget: clang++ 3 s 400 MB
#include <ctnn.hpp>

using Net =
    ctnn::Model<ctnn::Sequential<ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<1>>,
                ctnn::Shape<1>>;

int main() {
  ctnn::Engine<Net> engine{Net{}};
  return engine({0.5f})[0] > 0;
}
