#pragma once
#include <array>
#include <bit>
#include <ctnn/kernels/batch_functions.hpp>
#include <ctnn/kernels/fused_registers.hpp>
#include <utility>

namespace ctnn::kernels {

/// A body's counts and loops alone: what code that runs may name. (Where it names the body, be it for a
/// constant, its primitives, and with them every pass, are compiled into the program.)
template <std::size_t Inputs, std::size_t Outputs, std::size_t Totals>
struct FusedGeometry {
  static constexpr std::size_t inputs = Inputs, outputs = Outputs, totals = Totals;
  Extents loops;
  std::size_t strides[Inputs + 1][max_loops]{};

  constexpr explicit FusedGeometry(const auto& body) : loops(body.loops) {
    for (std::size_t i = 0; i < Inputs; ++i) copy_elements(body.strides[i], strides[i]);
  }
  constexpr std::size_t column_stride(std::size_t i) const { return strides[i][loops.rank - 1]; }
  /// How many numbers the loops read and write.
  constexpr std::size_t traffic() const {
    std::size_t total = (outputs - totals) * loops.elements();
    for (std::size_t i = 0; i < inputs; ++i) {
      std::size_t read = 1;
      for (std::size_t axis = 0; axis < loops.rank; ++axis) read *= strides[i][axis] == 0 ? 1 : loops[axis];
      total += read;
    }
    return total;
  }
};
template <auto Body>
inline constexpr FusedGeometry<Body.inputs, Body.outputs, Body.totals> geometry_of{Body};

/// How many numbers ahead of its stores a loop fetches the lines that it writes; 0 where the first cache
/// holds all that it reads and writes, and where a kernel sets the order. (With 48 kB of cache, 32 kB read
/// and as many written, 64 to 128 lines ahead take 0.65 to 0.9 of the time without, by where the arrays lie;
/// 8 lines, 0.65 to 1.1.)
template <class T, auto Body>
inline constexpr std::size_t numbers_ahead = !Body.has_root &&
                                                     geometry_of<Body>.traffic() * sizeof(T) > 32 * 1024
                                                 ? 6144 / sizeof(T)
                                                 : 0;

/// The first `count` elements at `from`, or, Same, the one there in all lanes.
template <class B, bool Same>
CTNN_INLINE B load_lanes(const Element<B>* from, std::size_t count) {
  if constexpr (Same)
    return B(*from);
  else
    return count == lanes<B> ? load<B>(from) : load_partial<B>(from, count);
}
template <class B>
CTNN_INLINE void store_lanes(Element<B>* to, const B& value, std::size_t count) {
  if (count == lanes<B>)
    store(to, value);
  else
    store_partial(to, value, count);
}

/// What becomes of a vector of results, of which the first `count` lanes count: it is written to memory.
struct StoreResults {
  template <class B>
  CTNN_INLINE void operator()(Element<B>* to, std::size_t place, const B& value, std::size_t count) const {
    store_lanes(to + place, value, count);
  }
};

/// The pointers of one call, in the order of the body's inputs and outputs, and what takes the results.
template <class T, auto Body, class Take = StoreResults>
struct FusedOperands {
  const T* inputs[Body.inputs + 1];
  T* outputs[Body.outputs + 1];
  [[no_unique_address]] Take take{};
};

/// x in the first `count` lanes, 0 in the others.
template <class B>
CTNN_INLINE B first_lanes(const B& x, std::size_t count) {
  using T = Element<B>;
  if constexpr (lanes<B> == 1) {
    return x;
  } else {
    return count == lanes<B> ? x
                             : select(load<B>(lane_numbers<B>.data()) < B(static_cast<T>(count)), x, B(T(0)));
  }
}

template <auto Body, class B, class Take, std::size_t... Input, std::size_t... Output, std::size_t... Total>
CTNN_INLINE void run_fused([[maybe_unused]] const FusedOperands<Element<B>, Body, Take>& operands,
                           [[maybe_unused]] const std::size_t* offsets, [[maybe_unused]] std::size_t place,
                           [[maybe_unused]] const B* root, [[maybe_unused]] std::size_t count,
                           [[maybe_unused]] B* totals, std::index_sequence<Input...>,
                           std::index_sequence<Output...>, std::index_sequence<Total...>) {
  FusedRegisters<Body, B> registers;
  if constexpr (Body.has_root) registers.set_root(*root);
  (registers.set_input(Input, load_lanes<B, geometry_of<Body>.column_stride(Input) == 0>(
                                  operands.inputs[Input] + offsets[Input], count)),
   ...);
  registers.compute();
  constexpr std::size_t ahead = numbers_ahead<Element<B>, Body>;
  if constexpr (ahead > 0 && std::is_same_v<Take, StoreResults>)
    if (place + ahead < geometry_of<Body>.loops.elements())
      (prefetch_for_writing(operands.outputs[Output] + place + ahead), ...);
  (operands.take(operands.outputs[Output], place, registers.template output<Output>(), count), ...);
  ((totals[Total] += first_lanes(registers.template output<sizeof...(Output) + Total>(), count)), ...);
}

/// Loads the inputs at `offsets`, computes, hands on the outputs of `place` and adds to the totals; for the
/// first `count` lanes.
template <auto Body, class B, class Take>
CTNN_INLINE void run_fused(const FusedOperands<Element<B>, Body, Take>& operands, const std::size_t* offsets,
                           std::size_t place, const B* root, std::size_t count, B* totals = nullptr) {
  run_fused<Body, B>(operands, offsets, place, root, count, totals, std::make_index_sequence<Body.inputs>{},
                     std::make_index_sequence<Body.outputs - Body.totals>{},
                     std::make_index_sequence<Body.totals>{});
}

/// Where each input's row begins, for a row counted over all loops but the last.
template <auto Body>
CTNN_INLINE void row_offsets(std::size_t row, std::size_t* offsets) {
  constexpr const auto& geometry = geometry_of<Body>;
  for (std::size_t i = 0; i < geometry.inputs; ++i) offsets[i] = 0;
  for (std::size_t axis = geometry.loops.rank - 1; axis-- > 0;) {
    const std::size_t index = axis == 0 ? row : row % geometry.loops[axis];
    row /= geometry.loops[axis];
    for (std::size_t i = 0; i < geometry.inputs; ++i) offsets[i] += index * geometry.strides[i][axis];
  }
}

/// The epilogue of a contraction: what its kernel hands each finished vector to.
template <class T, auto Body>
struct FusedSink {
  FusedOperands<T, Body> operands;

  template <class B>
  CTNN_INLINE void operator()(std::size_t row, std::size_t column, const B& value) const {
    partial(row, column, value, lanes<B>);
  }
  template <class B>
  CTNN_INLINE void partial(std::size_t row, std::size_t column, const B& value, std::size_t count) const {
    constexpr const auto& geometry = geometry_of<Body>;
    std::size_t offsets[geometry.inputs + 1];
    row_offsets<Body>(row, offsets);
    for (std::size_t i = 0; i < geometry.inputs; ++i) offsets[i] += column * geometry.column_stride(i);
    run_fused<Body, B>(operands, offsets, row * geometry.loops.back() + column, &value, count);
  }
};

/// The body along one row, a vector at each call of the function that `each` gets.
template <class B, auto Body, class Take>
CTNN_INLINE void run_row(const FusedOperands<Element<B>, Body, Take>& operands, std::size_t row,
                         const auto& each) {
  constexpr const auto& geometry = geometry_of<Body>;
  std::size_t offsets[geometry.inputs + 1];
  row_offsets<Body>(row, offsets);
  std::size_t place = row * geometry.loops.back();
  each([&](std::size_t count, B* totals) CTNN_INLINED {
    run_fused<Body, B>(operands, offsets, place, nullptr, count, totals);
    for (std::size_t i = 0; i < geometry.inputs; ++i) offsets[i] += count * geometry.column_stride(i);
    place += count;
  });
}

/// Adds one row's elements to `totals`: in chains that hide the latency of an addition, and in blocks so that
/// a long sum stays accurate.
template <class B, auto Body>
CTNN_INLINE void add_row(const FusedOperands<Element<B>, Body>& operands, std::size_t row, B* totals) {
  constexpr std::size_t count = Body.totals;
  constexpr std::size_t vectors = Body.loops.back() / lanes<B>, rest = Body.loops.back() % lanes<B>;
  constexpr std::size_t chains = vectors < 2 || Body.is_costly() ? 1 : std::min<std::size_t>(4, vectors);
  run_row<B, Body>(operands, row, [&](const auto& run) CTNN_INLINED {
    for (std::size_t vector = 0; vector + chains <= vectors;) {
      B sums[chains][count];
      for (std::size_t i = 0; i < chains; ++i)
        for (std::size_t t = 0; t < count; ++t) sums[i][t] = B(Element<B>(-0.0));
      const std::size_t end = std::min(vector + 512 * chains, vectors / chains * chains);
      for (; vector < end; vector += chains)
        CTNN_UNROLL for (std::size_t i = 0; i < chains; ++i) run(lanes<B>, sums[i]);
      for (std::size_t i = 0; i < chains; ++i)
        for (std::size_t t = 0; t < count; ++t) totals[t] += sums[i][t];
    }
    CTNN_UNROLL for (std::size_t i = 0; i < vectors % chains; ++i) run(lanes<B>, totals);
    if constexpr (rest != 0) run(rest, totals);
  });
}

/// The body over all loops, of which the inner ones are added up.
template <class B, auto Body>
CTNN_INLINE void run_totals(const FusedOperands<Element<B>, Body>& operands) {
  constexpr std::size_t count = Body.totals, stored = Body.outputs - count;
  constexpr std::size_t columns = Body.loops.back(), rows = Body.loops.elements() / columns;
  constexpr std::size_t rows_of_total = Body.reduced / columns, block = 512;
  const auto clear = [](B(&totals)[count]) CTNN_INLINED {
    for (B& total : totals) total = B(Element<B>(-0.0));
  };
  for (std::size_t first = 0; first < rows; first += rows_of_total) {
    B totals[count];
    clear(totals);
    for (std::size_t row = first; row < first + rows_of_total;) {
      B sums[count];
      clear(sums);
      const std::size_t end = std::min(row + block, first + rows_of_total);
      for (; row < end; ++row) add_row<B, Body>(operands, row, sums);
      for (std::size_t t = 0; t < count; ++t) totals[t] += sums[t];
    }
    for (std::size_t t = 0; t < count; ++t)
      operands.outputs[stored + t][first / rows_of_total] = reduce_add(totals[t]);
  }
}

/// A step without a kernel: the body over all loops.
template <class T, auto Body, class Take>
inline void run_loops(const FusedOperands<T, Body, Take>& given) {
  // A local copy is known not to change when results are stored.
  const FusedOperands<T, Body, Take> operands = given;
  constexpr std::size_t columns = Body.loops.back(), rows = Body.loops.elements() / columns;
  using B = BatchUpTo<T, std::bit_ceil(columns)>;
  if constexpr (Body.totals > 0) {
    run_totals<B, Body>(operands);
  } else {
    for (std::size_t row = 0; row < rows; ++row) {
      // What takes results may gather something of them: of one row, g++ keeps that in a register.
      std::conditional_t<std::is_same_v<Take, StoreResults>, const FusedOperands<T, Body, Take>&,
                         const FusedOperands<T, Body, Take>>
          of_row = operands;
      run_row<B, Body>(of_row, row, [&](const auto& run) CTNN_INLINED {
        for (std::size_t column = 0; column + lanes<B> <= columns; column += lanes<B>) run(lanes<B>, nullptr);
        if constexpr (columns % lanes<B> != 0) run(columns % lanes<B>, nullptr);
      });
    }
  }
}

}  // namespace ctnn::kernels
