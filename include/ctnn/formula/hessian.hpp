#pragma once
#include <ctnn/formula/derivative.hpp>
#include <ctnn/formula/variable_shapes.hpp>

namespace ctnn {

namespace formula {

/// The second derivatives of a formula of numbers, on and above the diagonal, row by row: the derivative of
/// the gradient by each variable, of those entries alone. What is zero whatever the numbers costs nothing.
template <class E>
struct HessianRoutine {
  using variables = typename E::variables;
  static constexpr std::size_t count = boost::mp11::mp_size<variables>::value;
  static constexpr std::size_t outputs = count * (count + 1) / 2;

  static constexpr void build(Lowering& lowering, Value* results) {
    const std::vector<Value> inputs = lower_all(lowering, variables{});
    const std::vector<Value> gradients = gradient_of_number(lowering.lower<E>(0), inputs, "Hessian");
    for (std::size_t i = 0; i < count; ++i) {
      const Value one = constant_like(inputs[i], 1);
      const std::vector<Value> row =
          ctnn::jvp(std::span(gradients).subspan(i), std::span(&inputs[i], 1), std::span(&one, 1));
      for (const Value& entry : row) *results++ = entry ? entry : constant_like(inputs[i], 0);
    }
  }
};

/// The shapes of a Hessian's blocks: block i * count + j by the variables i and j.
template <class E>
struct HessianShapes {
  static constexpr std::size_t count = boost::mp11::mp_size<typename E::variables>::value;
  /// Those that are kept: of each pair of variables one.
  static constexpr std::size_t blocks = count * (count + 1) / 2;
  static constexpr auto inputs = extents_of(typename E::variables{});

  static constexpr Extents output_shape(std::size_t block) {
    return joined_extents(inputs[block / count], inputs[block % count]);
  }
  static constexpr auto complaint = freeze_text([] {
    for (const Extents& first : inputs)
      for (const Extents& second : inputs)
        if (first.rank + second.rank >= max_rank)
          return join("the Hessian by variables of shapes ", first, " and ", second,
                      " has more than five axes: reshape them");
    return Text();
  });
};

/// One tensor per pair of variables: `hessian(x, y)` has the shape of x followed by that of y, and is one
/// number where both are.
template <class E, class T>
class ByPair {
  using variables = typename E::variables;
  static constexpr std::size_t count = boost::mp11::mp_size<variables>::value;
  static constexpr auto sizes = sizes_of(variables{});

  /// Blocks of two variables, of which the first is not after the second, row by row.
  static constexpr std::size_t upper(std::size_t i, std::size_t j) { return i * count - i * (i + 1) / 2 + j; }
  static constexpr std::size_t place_in_all(std::size_t block) {
    std::size_t i = 0;
    while (block > upper(i, count - 1)) ++i;
    return i * count + block - upper(i, 0);
  }
  template <std::size_t I>
  using Block = ResultOf<HessianShapes<E>, T, I>;
  template <std::size_t... B>
  static constexpr auto blocks_of(std::index_sequence<B...>) -> std::tuple<Room<Block<place_in_all(B)>>...>;
  decltype(blocks_of(std::make_index_sequence<HessianShapes<E>::blocks>{})) blocks_;

 public:
  template <class V, class W>
  constexpr decltype(auto) operator()(const V&, const W&) const {
    constexpr std::size_t i = boost::mp11::mp_find<variables, V>::value,
                          j = boost::mp11::mp_find<variables, W>::value;
    static_assert(i < count && j < count, "ctnn: the formula does not have this variable");
    if constexpr (i <= j) {
      return (std::get<upper(i, j)>(blocks_).value);
    } else {
      auto kept = std::get<upper(j, i)>(blocks_).value;
      Block<i * count + j> turned{};
      for (std::size_t e = 0; e < sizes[i] * sizes[j]; ++e)
        elements_of(turned)[e] = elements_of(kept)[e % sizes[j] * sizes[i] + e / sizes[j]];
      return turned;
    }
  }

  /// Where the blocks are to be written.
  CTNN_INLINE constexpr auto places() {
    return std::apply([](auto&... block) { return std::array{elements_of(block.value)...}; }, blocks_);
  }

  /// Sets the second derivative by two elements, counted through all variables, and its mirror image.
  CTNN_INLINE static constexpr void write(T* const* blocks, std::size_t row, std::size_t column, T number) {
    ElementPlace a = place_of(sizes, row), b = place_of(sizes, column);
    if (a.variable > b.variable) std::swap(a, b);
    T* const block = blocks[upper(a.variable, b.variable)];
    block[a.element * sizes[b.variable] + b.element] = number;
    if (a.variable == b.variable) block[b.element * sizes[b.variable] + a.element] = number;
  }
  static constexpr void fill(T* const* blocks, T number) {
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = i; j < count; ++j) std::fill_n(blocks[upper(i, j)], sizes[i] * sizes[j], number);
  }
};

/// What hessian(f) is, by the routine that computes it.
template <class E, template <class> class R>
struct HessianOf {
  E formula;

  template <class... B>
  CTNN_INLINE constexpr auto operator()(const B&... bindings) const {
    ByPair<E, ElementOf<B...>> result;
    call_into<R<E>>(formula.constants, result.places().data(), bindings...);
    return result;
  }
};
/// The same of tensors; it comes with <ctnn/formula_tensors.hpp>.
template <class E>
struct TensorHessianOf;

template <class... V>
constexpr bool are_numbers(boost::mp11::mp_list<V...>) {
  return ((V::shape::rank == 0) && ...);
}

}  // namespace formula

/// The second derivatives of a formula of one number, forward over reverse, by pairs of variables:
/// `hessian(f)(x = 2.0, y = 1.0)(x, y)`, of the shape of x followed by that of y. Of each pair of entries one
/// is computed, structural zeros none.
template <formula::AnyExpression F>
constexpr auto hessian(const F& f) {
  if constexpr (formula::are_numbers(typename F::variables{})) {
    return formula::HessianOf<F, formula::HessianRoutine>{f};
  } else {
    static_assert(
        requires { sizeof(formula::TensorHessianOf<F>); },
        "ctnn: the Hessian of a formula of tensors comes with <ctnn/formula_tensors.hpp>");
    return formula::TensorHessianOf<F>{{}, {}, {f}};
  }
}

}  // namespace ctnn
