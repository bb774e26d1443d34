#pragma once
#include <cstddef>
#include <ctnn/core/shape.hpp>
#include <type_traits>

namespace ctnn {

/// Every block the library allocates starts at this many bytes: a cache line, and the widest vector.
inline constexpr std::size_t alignment = 64;

namespace detail {
/// Row-major offset of an element; the number of indices is the rank.
template <class S, class... Index>
constexpr std::size_t offset_of(Index... index) {
  static_assert(sizeof...(Index) == S::rank, "ctnn: give one index per axis");
  std::size_t offset = 0, axis = 0;
  ((offset = offset * S::extents[axis++] + static_cast<std::size_t>(index)), ...);
  return offset;
}
}  // namespace detail

/// Elements of somebody else's memory, row-major, with a static shape.
template <class T, std::size_t... Axes>
class TensorView {
 public:
  using value_type = std::remove_const_t<T>;
  using shape = Shape<Axes...>;
  static constexpr std::size_t size() { return shape::elements; }

  constexpr explicit TensorView(T* data) : data_(data) {}
  constexpr operator TensorView<const T, Axes...>() const requires(!std::is_const_v<T>) {
    return TensorView<const T, Axes...>(data_);
  }

  constexpr T* data() const { return data_; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size(); }
  constexpr T& operator[](std::size_t i) const { return data_[i]; }
  template <class... Index>
  constexpr T& operator()(Index... index) const {
    return data_[detail::offset_of<shape>(index...)];
  }

 private:
  T* data_;
};

/// Elements held in place, row-major, with a static shape: no heap, usable by the compiler. An aggregate:
/// `Tensor<float, 2, 2>{1, 2, 3, 4}`; elements that are not given are zero, too many do not compile.
template <class T, std::size_t... Axes>
struct Tensor {
  using value_type = T;
  using shape = Shape<Axes...>;
  using view = TensorView<T, Axes...>;
  using const_view = TensorView<const T, Axes...>;
  static constexpr std::size_t size() { return shape::elements; }

  alignas(alignment) T elements[shape::elements]{};

  constexpr T* data() { return elements; }
  constexpr const T* data() const { return elements; }
  constexpr T* begin() { return elements; }
  constexpr T* end() { return elements + size(); }
  constexpr const T* begin() const { return elements; }
  constexpr const T* end() const { return elements + size(); }
  constexpr T& operator[](std::size_t i) { return elements[i]; }
  constexpr const T& operator[](std::size_t i) const { return elements[i]; }
  template <class... Index>
  constexpr T& operator()(Index... index) {
    return elements[detail::offset_of<shape>(index...)];
  }
  template <class... Index>
  constexpr const T& operator()(Index... index) const {
    return elements[detail::offset_of<shape>(index...)];
  }
  constexpr operator view() { return view(elements); }
  constexpr operator const_view() const { return const_view(elements); }

  friend constexpr bool operator==(const Tensor&, const Tensor&) = default;
};

}  // namespace ctnn
