#pragma once
#include <array>
#include <ctnn/kernels/simd.hpp>

namespace ctnn::kernels {

/// Moves `count` parameters by an optimizer's rule, and keeps in `previous` what they were; returns whether
/// all that they become is finite. The slots count as 0, and stay as they are, unless the optimizer
/// `remembers` what is in them.
template <class T, class Optimizer>
[[gnu::noinline]] bool update_parameters(T* parameters, T* previous, const T* gradients,
                                         const std::array<T*, Optimizer::slots>& slots, std::size_t count,
                                         const typename Optimizer::template Constants<T> constants,
                                         bool remembers) {
  using B = Batch<T>;
  B check(T(0));  // a number minus itself is 0 unless it is not finite
  const auto advance = [&](std::size_t i, auto read, auto write) {
    prefetch_for_writing(previous + i + 512 / sizeof(T));
    // All is read before anything is written: blocks that lie pages apart look like one to the processor.
    B parameter = read(parameters + i);
    const B before = parameter, gradient = read(gradients + i);
    std::array<B, Optimizer::slots> state;
    for (std::size_t s = 0; s < Optimizer::slots; ++s) state[s] = remembers ? read(slots[s] + i) : B(T(0));
    Optimizer::update(parameter, gradient, state, constants);
    write(previous + i, before);
    if (remembers)
      for (std::size_t s = 0; s < Optimizer::slots; ++s) write(slots[s] + i, state[s]);
    write(parameters + i, parameter);
    check = check + (parameter - parameter);
  };
  std::size_t i = 0;
  for (; i + lanes<B> <= count; i += lanes<B>)
    advance(
        i, [](const T* from) { return load<B>(from); }, [](T* to, const B& value) { store(to, value); });
  if (i < count)
    advance(
        i, [&](const T* from) { return load_partial<B>(from, count - i); },
        [&](T* to, const B& value) { store_partial(to, value, count - i); });
  return reduce_add(check) == T(0);
}

}  // namespace ctnn::kernels
