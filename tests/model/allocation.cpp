#include <atomic>
#include <cstdlib>
#include <ctnn/losses/cross_entropy.hpp>
#include <ctnn/model/engine.hpp>
#include <ctnn/optimizers/adam.hpp>
#include <memory>
#include <new>

#include "networks.hpp"

namespace {

std::atomic<std::size_t> calls = 0;

void* take(std::size_t size, std::size_t alignment) {
  ++calls;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}
void* take(std::size_t size) {
  return take(size == 0 ? 1 : size, alignof(std::max_align_t));
}
void give(void* memory) {
  ++calls;
  std::free(memory);
}

}  // namespace

// The program's own new and delete, in every form, count their calls.
void* operator new(std::size_t size) {
  return take(size);
}
void* operator new[](std::size_t size) {
  return take(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return take(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return take(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  give(memory);
}
void operator delete[](void* memory) noexcept {
  give(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  give(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  give(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  give(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  give(memory);
}

using namespace ctnn;
using namespace ctnn::test;

namespace {

/// The calls of new and delete while `work` runs.
std::size_t calls_during(auto work) {
  const std::size_t before = calls;
  work();
  return calls - before;
}

}  // namespace

TEST_CASE("the counters of new and delete count", "[model]") {
  CHECK(calls_during([] { AlignedBuffer<float> buffer(16); }) == 2);
  CHECK(calls_during([] { std::vector<int> numbers(3); }) == 2);
  // A copy of the packed weights is made on the heap, before the first call.
  CHECK(calls_during([] { Engine<Tutorial<float>> engine{Tutorial<float>()}; }) > 2);
}

TEST_CASE("an engine's calls neither allocate nor free", "[model]") {
  using Net = Tutorial<float>;
  const Net model{Seed{1}};
  Engine<Net> engine{model};
  const auto packed = std::make_unique<Packed<Net>>(model);
  const auto workspace = std::make_unique<Workspace<Net>>();
  const auto sample = std::make_unique<Net::input_tensor>();
  fill(std::span(sample->begin(), sample->size()), 100, 2.0);
  Net::output_tensor output;
  CHECK(calls_during([&] { output = engine(*sample); }) == 0);
  CHECK(calls_during([&] { engine.run(sample->data(), output.data()); }) == 0);
  CHECK(calls_during([&] { output = (*packed)(*workspace, *sample); }) == 0);
  CHECK(calls_during([&] { packed->run(*workspace, sample->data(), output.data()); }) == 0);
}

TEST_CASE("a training step neither allocates nor frees", "[model]") {
  using Net = Tutorial<float>;
  Net model{Seed{1}};
  Trainer<Net, CrossEntropy, Adam, 4> trainer(model, Adam{});
  const auto images = tutorial_images<float>();
  float loss = 0;
  CHECK(calls_during([&] { loss = trainer.step(images.data(), tutorial_labels.data()); }) == 0);
  CHECK(calls_during([&] { loss = trainer.step(images.data(), tutorial_labels.data(), 3); }) == 0);
  CHECK(std::isfinite(loss));
}
