// A network in a program without a heap, such as firmware or an audio thread: weights and workspace are
// static, so the linker knows what they take, and a call allocates nothing. This program counts, to prove it.
#include <cstdio>
#include <cstdlib>
#include <ctnn.hpp>
#include <new>

// A controller: position, velocity, angle and angular velocity of a cart with a pole; the force to apply.
using Controller =
    ctnn::Sequential<ctnn::Linear<32>, ctnn::Tanh, ctnn::Linear<32>, ctnn::Tanh, ctnn::Linear<1>>;
using Net = ctnn::Model<Controller, ctnn::Shape<4>>;

static ctnn::Packed<Net> weights;       // constant once it is filled: all threads may share it
static ctnn::Workspace<Net> workspace;  // one per thread

static std::size_t allocations = 0;

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto boundary = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary)) return memory;
  std::abort();
}
void* operator new(std::size_t size) {
  return operator new (size, std::align_val_t{alignof(std::max_align_t)});
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

int main() {
  // A model is the one thing here that allocates: it may live as short as this, or in another program.
  weights.pack(Net(ctnn::Seed{1}));

  const std::size_t before = allocations;
  ctnn::Tensor<float, 4> state{0.1f, 0, -0.05f, 0};
  for (int step = 0; step < 1000; ++step) {
    const float force = weights(workspace, state)[0];
    const float acceleration = force - 0.5f * state[1];
    state[1] += 0.02f * acceleration;
    state[0] += 0.02f * state[1];
    state[3] += 0.02f * (9.8f * state[2] - acceleration);
    state[2] = 0.99f * (state[2] + 0.02f * state[3]);
    state[3] *= 0.9f;
  }
  std::printf("%zu bytes of weights, %zu bytes of workspace, %zu allocations in 1,000 calls\n",
              sizeof weights, sizeof workspace, allocations - before);
  return before > 0 && allocations == before ? 0 : 1;
}
