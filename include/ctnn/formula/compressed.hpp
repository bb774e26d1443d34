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
  /// What is computed once for all runs.
  static constexpr std::size_t packed_elements = [] {
    if constexpr (colors > 1)
      return Split::graphs::packed_elements;
    else
      return std::size_t{0};
  }();
  /// Whether some columns are computed as one. If not, `run` stores every entry.
  static constexpr bool compressed = colors < columns;

 private:
  static constexpr std::size_t entry_count() {
    std::size_t count = 0;
    for (std::size_t i = 0; compressed && i < rows; ++i)
      pattern.for_each(i, [&](std::size_t j) { count += !R::symmetric || i <= j; });
    return count;
  }
  // A template, so that it is made when it is used.
  template <std::size_t Count>
  static constexpr std::array<ColoredEntry, Count> entries = [] {
    std::array<ColoredEntry, Count> result{};
    const std::vector<ColoredEntry> sorted = colored_entries(pattern, color_of, colors, R::symmetric);
    std::ranges::copy(sorted, result.begin());
    return result;
  }();

 public:
  /// Calls store(row, column, number) for every entry that may be other than zero, and of a symmetric matrix
  /// for one of each pair.
  template <class T>
  static constexpr void run(const T* const* variables, const T* constants, const auto& store) {
    Elements<T, columns> seed{};
    Elements<T, rows> product{};
    const T* inputs[first_seed + seeds];
    for (std::size_t i = 0; i < first_seed; ++i) inputs[i] = variables[i];
    for (std::size_t k = 0, begin = 0; k < seeds; begin += R::seed_sizes[k++])
      inputs[first_seed + k] = seed.data() + begin;
    T* outputs[R::outputs];
    for (std::size_t i = 0, begin = 0; i < R::outputs; ++i) {
      outputs[i] = product.data() + begin;
      begin += output_elements[i];
    }
    Elements<T, std::max<std::size_t>(1, packed_elements)> packed;
    T* const packed_data = packed.data();
    const auto elements = [&](const Binding& binding) CTNN_INLINED {
      return (binding.block == routine::constants_block ? constants
              : binding.block == routine::blocks        ? packed_data
                                                        : inputs[binding.block - 1]) +
             binding.offset;
    };
    if constexpr (packed_elements > 0) run_graph<typename Split::Prepare>(elements, &packed_data);
    using Product = std::conditional_t<(packed_elements > 0), typename Split::Product, routine>;

    constexpr std::size_t entry_total = entry_count();
    std::size_t next = 0;
    for (std::size_t color = 0; color < colors; ++color) {
      if constexpr (compressed) {
        for (std::size_t j = 0; j < columns; ++j) seed[j] = color_of[j] == color;
        run_graph<Product>(elements, outputs);
        for (; next < entry_total && entries<entry_total>[next].color == color; ++next) {
          const ColoredEntry& entry = entries<entry_total>[next];
          store(entry.row, entry.column, product[entry.row]);
        }
      } else {
        seed[color] = 1;
        run_graph<Product>(elements, outputs);
        seed[color] = 0;
        for (std::size_t row = R::symmetric ? color : 0; row < rows; ++row) store(row, color, product[row]);
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
  struct OnHeap : std::vector<T> {
    constexpr OnHeap() : std::vector<T>(Count, T(0)) {}
  };
  template <class T, std::size_t Count>
  using Elements = std::conditional_t<Count * sizeof(T) <= stack_bytes, Tensor<T, Count>, OnHeap<T, Count>>;
};

}  // namespace ctnn::formula
