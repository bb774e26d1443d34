#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <ctnn/kernels/fused.hpp>

namespace ctnn::kernels {

/// One step of an optimizer: where parameters, what they were before, and the optimizer's slots are, the
/// numbers of the step, and what becomes false when a parameter becomes what is not finite. The slots count
/// as 0, and stay as they are, unless the optimizer `remembers` what is in them.
template <class T, class Optimizer>
struct Update {
  T* parameters;
  T* previous;
  std::array<T*, Optimizer::slots> slots;
  typename Optimizer::template Constants<T> constants;
  bool remembers;
  std::atomic<bool>* finite;

  constexpr Update from(std::size_t offset) const {
    Update result = *this;
    result.parameters += offset;
    result.previous += offset;
    for (T*& slot : result.slots) slot += offset;
    return result;
  }

  CTNN_INLINE void prefetch(std::size_t i) const {
    kernels::prefetch_for_writing(parameters + i);
    kernels::prefetch_for_writing(previous + i);
  }
  /// Moves the parameters from `i` on by `gradient`, keeps what they were, and returns what they become; for
  /// the first `count` lanes.
  template <class B>
  CTNN_INLINE B move(std::size_t i, const B& gradient, std::size_t count) const {
    const auto read = [&](const T* from) CTNN_INLINED { return load_lanes<B, false>(from, count); };
    prefetch_for_writing(previous, i + 512 / sizeof(T));
    // All is read before anything is written: blocks that lie pages apart look like one to the processor.
    const B before = read(parameters + i);
    B parameter = before;
    std::array<B, Optimizer::slots> state;
    for (std::size_t s = 0; s < Optimizer::slots; ++s) state[s] = remembers ? read(slots[s] + i) : B(T(0));
    Optimizer::update(parameter, gradient, state, constants);
    store_lanes(previous + i, before, count);
    if (remembers)
      for (std::size_t s = 0; s < Optimizer::slots; ++s) store_lanes(slots[s] + i, state[s], count);
    store_lanes(parameters + i, parameter, count);
    return first_lanes(parameter, count);
  }
};

/// Notes whether all numbers that it is given are finite.
template <class T>
class FiniteCheck {
 public:
  template <class B>
  CTNN_INLINE void operator()(const B& x) {
    // A number times 0 is 0 unless it is not finite.
    if constexpr (std::is_same_v<B, Batch<T>>)
      wide_ = fused_multiply_add(x, B(T(0)), wide_);
    else if constexpr (std::is_same_v<B, Half>)
      half_ = fused_multiply_add(x, B(T(0)), half_);
    else
      one_ += reduce_add(x * B(T(0)));
  }
  CTNN_INLINE bool passed() const { return reduce_add(wide_) + reduce_add(half_) + one_ == T(0); }

 private:
  using Half = BatchUpTo<T, lanes<Batch<T>> / 2>;
  Batch<T> wide_ = Batch<T>(T(0));
  Half half_ = Half(T(0));
  T one_ = 0;
};

template <class T, class Optimizer>
struct MoveSink;

/// What takes a step's result that is the gradient by which parameters move. Copies report to the same place,
/// each when it ends: kernels copy what takes their results.
template <class T, class Optimizer>
class MoveParameters {
 public:
  explicit MoveParameters(const Update<T, Optimizer>& update) : update_(update) {}
  CTNN_INLINE MoveParameters(const MoveParameters& other) : update_(other.update_) {}
  MoveParameters& operator=(const MoveParameters&) = delete;
  CTNN_INLINE ~MoveParameters() {
    if (!check_.passed()) update_.finite->store(false, std::memory_order_relaxed);
  }

  template <class B>
  CTNN_INLINE void operator()(T*, std::size_t place, const B& gradient, std::size_t count) const {
    check_(update_.move(place, gradient, count));
  }
  /// For a kernel whose result has so many columns.
  MoveSink<T, Optimizer> sink(std::size_t columns) const { return {update_, columns}; }

 private:
  Update<T, Optimizer> update_;
  mutable FiniteCheck<T> check_;
};

/// Moves the parameters from `place` on, `rows` stretches of `count` that are `stride` apart, by gradients in
/// memory whose rows are `gradient_stride` apart.
template <class T, class Optimizer>
[[gnu::noinline]] void update_parameters(const Update<T, Optimizer>& update, std::size_t place,
                                         const T* gradients, std::size_t count, std::size_t rows = 1,
                                         std::size_t stride = 0, std::size_t gradient_stride = 0) {
  using B = Batch<T>;
  const MoveParameters move(update);  // a copy, which is known not to change when parameters do
  for (; rows > 0; --rows, place += stride, gradients += gradient_stride) {
    std::size_t i = 0;
    for (; i + lanes<B> <= count; i += lanes<B>) move(nullptr, place + i, load<B>(gradients + i), lanes<B>);
    if (i < count) move(nullptr, place + i, load_partial<B>(gradients + i, count - i), count - i);
  }
}

/// The sink of a product that is the gradient of a matrix of parameters. Where the kernel has tiles it takes
/// whole ones: the code that moves parameters is too much to repeat for each vector of one.
template <class T, class Optimizer>
struct MoveSink {
  Update<T, Optimizer> update;
  std::size_t columns;

  /// Asks for what a tile will move, so that it is there when the tile has been computed.
  CTNN_INLINE void prepare(std::size_t row, std::size_t column, std::size_t rows, std::size_t width) const {
    constexpr std::size_t line = 64 / sizeof(T);
    for (std::size_t i = row * columns + column; rows-- > 0; i += columns)
      for (std::size_t k = 0; k < width + line - 1; k += line) update.prefetch(i + std::min(k, width - 1));
  }
  CTNN_INLINE void tile(std::size_t row, std::size_t column, std::size_t rows, std::size_t width,
                        const T* gradients, std::size_t stride) const {
    update_parameters(update, row * columns + column, gradients, width, rows, columns, stride);
  }

  template <class B>
  CTNN_INLINE void operator()(std::size_t row, std::size_t column, const B& value) const {
    partial(row, column, value, lanes<B>);
  }
  template <class B>
  CTNN_INLINE void partial(std::size_t row, std::size_t column, const B& value, std::size_t count) const {
    T gradients[lanes<B>];
    store(gradients, value);
    update_parameters(update, row * columns + column, gradients, count);
  }
};

}  // namespace ctnn::kernels
