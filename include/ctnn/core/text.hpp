#pragma once
#include <concepts>
#include <ctnn/core/shape.hpp>
#include <string_view>
#include <utility>

namespace ctnn {

/// A string that the compiler can build in few steps (std::string of libstdc++ 12 can't be built under Clang
/// at all). What does not fit is cut off.
class Text {
 public:
  static constexpr std::size_t capacity = 640;

  // The characters are left unset: setting them would cost more constant evaluation than all the rest.
  constexpr Text() {}
  constexpr Text(const Text& other) { *this += other.view(); }
  constexpr Text& operator=(const Text& other) {
    if (this == &other) return *this;
    size_ = 0;
    return *this += other.view();
  }
  constexpr Text(std::string_view text) { *this += text; }
  constexpr Text(const char* text) : Text(std::string_view(text)) {}

  constexpr std::string_view view() const { return {characters_, size_}; }
  constexpr operator std::string_view() const { return view(); }
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::size_t size() const { return size_; }

  constexpr Text& operator+=(std::string_view text) {
    const char* from = text.data();
    for (std::size_t i = 0, count = text.size(); i < count && size_ < capacity; ++i)
      characters_[size_++] = from[i];
    return *this;
  }
  constexpr Text& operator+=(const char* text) { return *this += std::string_view(text); }
  constexpr Text& operator+=(const Text& text) { return *this += text.view(); }
  constexpr Text& operator+=(std::unsigned_integral auto number) {
    char digits[20]{};
    std::size_t begin = 20;
    do {
      digits[--begin] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this += std::string_view(digits + begin, 20 - begin);
  }
  /// A shape as errors and summaries print it: [3, 32, 32].
  constexpr Text& operator+=(const Extents& shape) {
    *this += "[";
    for (std::size_t i = 0; i < shape.rank; ++i) {
      if (i > 0) *this += ", ";
      *this += shape[i];
    }
    return *this += "]";
  }

 private:
  char characters_[capacity];
  std::size_t size_ = 0;
};

/// Texts one after the other in one growing block: few steps of constant evaluation per character, which the
/// standard containers are not.
class TextPool {
 public:
  constexpr TextPool() = default;
  constexpr TextPool(TextPool&& other) noexcept
      : characters_(std::exchange(other.characters_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  TextPool& operator=(TextPool&&) = delete;
  constexpr ~TextPool() { delete[] characters_; }

  constexpr const char* data() const { return characters_; }
  constexpr std::size_t size() const { return size_; }

  constexpr void append(std::string_view text) {
    const std::size_t count = text.size();
    if (size_ + count > capacity_) grow(size_ + count);
    const char* from = text.data();
    for (std::size_t i = 0; i < count; ++i) characters_[size_ + i] = from[i];
    size_ += count;
  }

 private:
  constexpr void grow(std::size_t needed) {
    capacity_ = 2 * needed + 512;
    char* larger = new char[capacity_];
    for (std::size_t i = 0; i < size_; ++i) larger[i] = characters_[i];
    delete[] characters_;
    characters_ = larger;
  }

  char* characters_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

/// Joins strings, unsigned numbers and shapes into one text.
template <class... Parts>
constexpr Text join(const Parts&... parts) {
  Text text;
  ((text += parts), ...);
  return text;
}

/// A Text of known length, as a constexpr variable holds it.
template <std::size_t Size>
struct FixedText {
  char characters[Size + 1]{};

  constexpr explicit FixedText(std::string_view source) {
    for (std::size_t i = 0; i < Size && i < source.size(); ++i) characters[i] = source[i];
  }
  constexpr std::string_view view() const { return {characters, Size}; }
  constexpr operator std::string_view() const { return view(); }
  static constexpr std::size_t size() { return Size; }
  constexpr const char* data() const { return characters; }
};

namespace detail {
struct SizedText {
  std::size_t size;
  FixedText<Text::capacity> text;

  constexpr explicit SizedText(const Text& from) : size(from.size()), text(from) {}
};
/// No local constant of freeze_text: Clang would work it out again, in the same evaluation.
template <class Make>
inline constexpr SizedText sized_text{Make{}()};
}  // namespace detail

/// Runs `make`, a captureless function object that returns a Text, while compiling, and keeps its result.
template <class Make>
consteval auto freeze_text(Make) {
  return FixedText<detail::sized_text<Make>.size>(detail::sized_text<Make>.text);
}

}  // namespace ctnn
