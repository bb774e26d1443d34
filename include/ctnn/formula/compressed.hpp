#pragma once
#include <ctnn/formula/call.hpp>
#include <ctnn/formula/variable_shapes.hpp>
#include <ctnn/graph/coloring.hpp>
#include <ctnn/graph/flops.hpp>
#include <ctnn/graph/split.hpp>

namespace ctnn::formula {

/// Splits a routine into what its seeds, the last variables, do not change, and the rest.
template <class R>
struct MakeSplitRoutine {
  static constexpr std::size_t first_seed =
      boost::mp11::mp_size<typename R::variables>::value - R::seed_sizes.size();
  static constexpr std::size_t packed_block = Routine<R>::blocks;

  /// Which nodes no seed changes.
  static constexpr Flags fixed_nodes() {
    return ctnn::detail::fixed_nodes(Routine<R>::graph.view(), [](const Node& node) {
      const std::size_t block = node.attributes.integers[0];
      return node.primitive != &primitive::input || block <= first_seed ||
             block >= Routine<R>::constants_block;
    });
  }
  constexpr SplitGraphs operator()() const {
    const GraphView graph = Routine<R>::graph.view();
    return split(graph,
                 ctnn::detail::packed_nodes(graph, fixed_nodes(),
                                            [](const Node& node) { return node.operand_count == 0; }),
                 packed_block);
  }
};
template <class R>
struct SplitRoutine {
  using graphs = FrozenSplitGraphs<MakeSplitRoutine<R>>;
  static constexpr std::size_t packed_block = MakeSplitRoutine<R>::packed_block;
  struct Prepare {
    static constexpr const auto& graph = graphs::prepare;
    static constexpr std::size_t first_output_block = packed_block, outputs = 1, blocks = packed_block + 1;
  };
  struct Product {
    static constexpr const auto& graph = graphs::run;
    static constexpr std::size_t first_output_block = Routine<R>::first_output_block,
                                 outputs = Routine<R>::outputs, blocks = packed_block + 1;
  };
};

/// The matrix of a routine that is linear in its last variables, the seeds: columns are the seeds' elements,
/// rows those of the outputs. Which entries are zero whatever the numbers is known from the graph; columns of
/// one colour are computed as one. R gives
///   seed_sizes, the number of elements of each seed;
///   symmetric, whether the matrix is.
template <class R>
class Compressed {
  using routine = Routine<R>;
  using Split = SplitRoutine<R>;

 public:
  static constexpr std::size_t seeds = R::seed_sizes.size();
  static constexpr std::size_t first_seed = boost::mp11::mp_size<typename R::variables>::value - seeds;
  static constexpr std::size_t columns = [] {
    std::size_t total = 0;
    for (std::size_t elements : R::seed_sizes) total += elements;
    return total;
  }();
  static constexpr std::size_t rows = [] {
    std::size_t total = 0;
    for (std::size_t i = 0; i < R::outputs; ++i) total += routine::output_shape(i).elements();
    return total;
  }();

 private:
  static constexpr std::size_t words = Pattern::words(columns);
  // Where it would take the compiler too long to look for zeros, all entries are computed, column by column.
  static constexpr bool small = rows * words <= 10'000;
  struct Bits {
    bool known = false;
    std::array<std::uint64_t, small ? rows * words : 0> bits{};
  };
  static constexpr Bits found = [] {
    Bits result;
    if constexpr (small) {
      const std::vector<std::uint64_t> bits =
          dependence(routine::graph.view(), 1 + first_seed, R::seed_sizes);
      result.known = !bits.empty();
      std::ranges::copy(bits, result.bits.begin());
    }
    return result;
  }();
  static constexpr bool sparse = [] {
    const std::size_t entries = found.known ? Pattern{found.bits.data(), rows, columns}.entries() : 0;
    return found.known && entries < rows * columns && entries * (4 + words) <= 40'000;
  }();
  static constexpr auto bits = [] {
    auto result = found.bits;
    if (sparse && R::symmetric) symmetrize({found.bits.data(), rows, columns}, result.data());
    return result;
  }();
  static constexpr Pattern pattern{bits.data(), rows, columns};

  static constexpr auto color_of = [] {
    std::array<std::uint32_t, sparse ? columns : 0> result{};
    if constexpr (sparse) {
      const std::vector<std::uint32_t> colored =
          R::symmetric ? color_symmetric(pattern) : color_columns(pattern);
      std::ranges::copy(colored, result.begin());
    }
    return result;
  }();

 public:
  /// How often the routine runs.
  static constexpr std::size_t colors = [] {
    std::size_t most = sparse ? 0 : columns - 1;
    for (std::uint32_t color : color_of) most = std::max<std::size_t>(most, color);
    return most + 1;
  }();
  /// Floating-point operations of all runs, and one for each, so that fewer are better where there are none.
  static constexpr std::size_t cost = [] {
    const GraphView graph = routine::graph.view();
    const Flags fixed = MakeSplitRoutine<R>::fixed_nodes();
    std::size_t once = 0, each = 1;
    for (std::size_t i = 0; i < graph.size(); ++i)
      (fixed[i] ? once : each) += node_flops(graph, graph.nodes[i]);
    return once + colors * each;
  }();
  /// Numbers that are computed once for all runs.
  static constexpr std::size_t packed_elements = [] {
    if constexpr (colors > 1)
      return Split::graphs::packed_elements;
    else
      return std::size_t{0};
  }();
  /// Whether some columns are computed as one.
  static constexpr bool compressed = colors < columns;

 private:
  static constexpr std::size_t entry_count() {
    std::size_t count = 0;
    for (std::size_t i = 0; compressed && i < rows; ++i)
      pattern.for_each(i, [&](std::size_t j) { count += !R::symmetric || i <= j; });
    return count;
  }
  /// An entry, and which element of all products it is.
  struct Entry {
    std::uint32_t row, column, product;
  };
  // Templates, so that they are made when they are used.
  template <std::size_t Count>
  static constexpr std::array<Entry, Count> entries = [] {
    std::array<Entry, Count> result{};
    Entry* next = result.data();
    for (const ColoredEntry& entry : colored_entries(pattern, color_of, colors, R::symmetric))
      *next++ = {entry.row, entry.column, static_cast<std::uint32_t>(entry.color * rows + entry.row)};
    return result;
  }();
  /// Whether the seeds of all colours are few enough to be part of the program.
  static constexpr bool has_seeds = compressed && colors * columns <= 1 << 14;
  template <class T>
  static constexpr std::array<T, colors * columns> seeds_of_colors = [] {
    std::array<T, colors * columns> result{};
    for (std::size_t j = 0; j < columns; ++j) result[color_of[j] * columns + j] = 1;
    return result;
  }();

 public:
  /// Calls clear() if there are entries that it does not store, then store(row, column, number) for every
  /// entry that may be other than zero, and of a symmetric matrix for one of each pair.
  template <class T>
  static constexpr void run(const T* const* variables, const T* constants, const auto& clear,
                            const auto& store) {
    Elements<T, has_seeds ? 1 : columns> seed;
    Elements<T, compressed ? colors * rows : rows> products;
    Elements<T, std::max<std::size_t>(1, packed_elements)> packed;
    T* const packed_data = packed.data();
    // By block.
    const T* inputs[routine::blocks + 1]{};
    for (std::size_t i = 0; i < first_seed; ++i) inputs[1 + i] = variables[i];
    inputs[routine::constants_block] = constants;
    inputs[routine::blocks] = packed_data;
    const auto bind_seeds = [&](const T* from) CTNN_INLINED {
      for (std::size_t k = 0; k < seeds; from += R::seed_sizes[k++]) inputs[1 + first_seed + k] = from;
    };
    const auto elements = [&](const Binding& binding)
                              CTNN_INLINED { return inputs[binding.block] + binding.offset; };
    const auto multiply = [&](T* product) CTNN_INLINED {
      T* outputs[R::outputs];
      for (std::size_t i = 0; i < R::outputs; product += output_elements[i++]) outputs[i] = product;
      run_graph<std::conditional_t<(packed_elements > 0), typename Split::Product, routine>>(elements,
                                                                                             outputs);
    };
    if constexpr (packed_elements > 0) run_graph<typename Split::Prepare>(elements, &packed_data);

    if constexpr (compressed) {
      for (std::size_t color = 0; color < colors; ++color) {
        if constexpr (has_seeds) {
          bind_seeds(seeds_of_colors<T>.data() + color * columns);
        } else {
          for (std::size_t j = 0; j < columns; ++j) seed[j] = color_of[j] == color;
          bind_seeds(seed.data());
        }
        multiply(products.data() + color * rows);
      }
      clear();
      for (const Entry& entry : entries<entry_count()>)
        store(entry.row, entry.column, products[entry.product]);
    } else {
      std::fill_n(seed.data(), columns, T(0));
      bind_seeds(seed.data());
      for (std::size_t column = 0; column < columns; ++column) {
        seed[column] = 1;
        multiply(products.data());
        seed[column] = 0;
        for (std::size_t row = R::symmetric ? column : 0; row < rows; ++row)
          store(row, column, products[row]);
      }
    }
  }

 private:
  static constexpr auto output_elements = [] {
    std::array<std::size_t, R::outputs> result{};
    for (std::size_t i = 0; i < R::outputs; ++i) result[i] = routine::output_shape(i).elements();
    return result;
  }();

  /// What a call may put on the stack; more comes from the heap.
  static constexpr std::size_t stack_bytes = 4096;
  template <class T, std::size_t Count>
  struct OnStack {
    alignas(alignment) T elements[Count];
    constexpr T* data() { return elements; }
    constexpr T& operator[](std::size_t i) { return elements[i]; }
  };
  template <class T, std::size_t Count>
  struct OnHeap : std::vector<T> {
    constexpr OnHeap() : std::vector<T>(Count) {}
  };
  template <class T, std::size_t Count>
  using Elements = std::conditional_t<Count * sizeof(T) <= stack_bytes, OnStack<T, Count>, OnHeap<T, Count>>;
};

}  // namespace ctnn::formula
