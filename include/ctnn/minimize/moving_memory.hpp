#pragma once
#include <ctnn/minimize/formula_point.hpp>

namespace ctnn::formula {

/// What the routines of the formula E read: the variables of V from a vector that moves, the others, of the
/// bindings G, from where they stay.
template <class E, class V, class... G>
class MovingMemory {
  using variables = typename E::variables;
  static constexpr std::size_t count = boost::mp11::mp_size<variables>::value;

 public:
  explicit MovingMemory(const Given<G...>& given) {
    std::apply([&](const G&... binding) { (bind(binding), ...); }, given.bindings);
  }
  MovingMemory(const MovingMemory&) = delete;
  MovingMemory& operator=(const MovingMemory&) = delete;

  /// Where each variable's elements are, when those of V are at x.
  const double* const* at(const double* x) {
    move(x, V{});
    return pointers_;
  }

 private:
  template <class Bound>
  void bind(const Bound& binding) {
    constexpr std::size_t i = boost::mp11::mp_find<variables, typename Bound::variable>::value;
    if constexpr (requires { binding.number; }) {
      numbers_[i] = static_cast<double>(binding.number);
      pointers_[i] = &numbers_[i];
    } else {
      static_assert(
          !binds_array<Bound>,
          "ctnn: an array is given to minimize, whose formula is one number: least_squares takes arrays");
      static_assert(std::is_same_v<typename Bound::value_type, double>,
                    "ctnn: a minimisation computes in double: tensors in given() are tensors of double");
      pointers_[i] = binding.data();
    }
  }
  template <class... W>
  void move(const double* x, boost::mp11::mp_list<W...>) {
    std::size_t next = 0;
    ((pointers_[boost::mp11::mp_find<variables, W>::value] = x + FlatPoint<V>::offset(next++)), ...);
  }

  const double* pointers_[count + 1]{};
  double numbers_[count + 1]{};
};

}  // namespace ctnn::formula
