#pragma once
#include <algorithm>
#include <cstddef>
#include <ctnn/core/tensor.hpp>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace ctnn {

/// One heap block of `size` elements of T, aligned to ctnn::alignment, zero at first.
template <class T>
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t size)
      : size_(size), data_(static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t(alignment)))) {
    std::uninitialized_fill_n(data_.get(), size, T{});
  }
  AlignedBuffer(const AlignedBuffer& other) : AlignedBuffer(other.size_) { *this = other; }
  /// The other is left empty.
  AlignedBuffer(AlignedBuffer&& other) noexcept
      : size_(std::exchange(other.size_, 0)), data_(std::move(other.data_)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    size_ = std::exchange(other.size_, 0);
    data_ = std::move(other.data_);
    return *this;
  }
  AlignedBuffer& operator=(const AlignedBuffer& other) {
    if (size_ != other.size_) return *this = AlignedBuffer(other);
    std::copy_n(other.data(), size_, data());
    return *this;
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  struct Delete {
    void operator()(T* data) const { ::operator delete(data, std::align_val_t(alignment)); }
  };
  std::size_t size_;
  std::unique_ptr<T, Delete> data_;
};

}  // namespace ctnn
