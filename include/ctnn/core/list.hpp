#pragma once
#include <cstddef>
#include <utility>

namespace ctnn {

/// Copies all of `from` to the places from `to` on. std::ranges::copy costs g++ 12 about 10 ms for each type
/// of element.
constexpr void copy_elements(const auto& from, auto* to) {
  for (const auto& element : from) *to++ = element;
}

/// What the passes use of std::vector, for elements that have a default value. Each type of element costs
/// g++ 12 a tenth of what it costs with std::vector, and a push_back while compiling a quarter.
template <class T>
class List {
 public:
  constexpr List() = default;
  /// `count` elements of the default value, or of `value`.
  constexpr explicit List(std::size_t count) { resize(count); }
  constexpr List(std::size_t count, const T& value) { resize(count, value); }
  constexpr List(const List& other) { append(other); }
  constexpr List(List&& other) noexcept { swap(other); }
  constexpr List& operator=(const List& other) {
    if (this == &other) return *this;
    size_ = 0;
    append(other);
    return *this;
  }
  constexpr List& operator=(List&& other) noexcept {
    swap(other);
    return *this;
  }
  constexpr ~List() { delete[] data_; }

  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* data() { return data_; }
  constexpr const T* data() const { return data_; }
  constexpr T* begin() { return data_; }
  constexpr const T* begin() const { return data_; }
  constexpr T* end() { return data_ + size_; }
  constexpr const T* end() const { return data_ + size_; }
  constexpr T& operator[](std::size_t i) { return data_[i]; }
  constexpr const T& operator[](std::size_t i) const { return data_[i]; }
  constexpr T& back() { return data_[size_ - 1]; }
  constexpr const T& back() const { return data_[size_ - 1]; }

  constexpr void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    T* data = new T[capacity];
    for (std::size_t i = 0; i < size_; ++i) data[i] = std::move(data_[i]);
    delete[] data_;
    data_ = data;
    capacity_ = capacity;
  }
  constexpr void clear() { size_ = 0; }
  constexpr void resize(std::size_t size) { resize(size, T{}); }
  constexpr void resize(std::size_t size, const T& value) {
    reserve(size);
    for (; size_ < size; ++size_) data_[size_] = value;
    size_ = size;
  }
  constexpr void assign(std::size_t size, const T& value) {
    size_ = 0;
    resize(size, value);
  }
  /// The elements of an array, list or span.
  constexpr void append(const auto& more) {
    reserve(size_ + more.size());
    const T* from = more.data();
    for (std::size_t i = 0, count = more.size(); i < count; ++i) data_[size_++] = from[i];
  }
  constexpr void push_back(T value) {
    if (size_ == capacity_) reserve(2 * capacity_ + 4);
    data_[size_++] = std::move(value);
  }
  constexpr bool contains(const T& value) const {
    for (std::size_t i = 0; i < size_; ++i)
      if (data_[i] == value) return true;
    return false;
  }
  constexpr void pop_back() { --size_; }
  /// Puts `value` before element i.
  constexpr void insert(std::size_t i, T value) {
    push_back(T{});
    for (std::size_t k = size_ - 1; k > i; --k) data_[k] = std::move(data_[k - 1]);
    data_[i] = std::move(value);
  }
  constexpr void erase(std::size_t i) {
    for (--size_; i < size_; ++i) data_[i] = std::move(data_[i + 1]);
  }

 private:
  constexpr void swap(List& other) noexcept {
    T* const data = data_;  // std::swap would be one more instantiation for each type
    data_ = other.data_;
    other.data_ = data;
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace ctnn
