#pragma once
#include <concepts>
#include <ctnn/core/shape.hpp>
#include <string_view>
#include <vector>

namespace ctnn {

/// A growing string that the compiler can build (std::string of libstdc++ 12 can't under Clang).
class Text {
 public:
  constexpr Text() = default;
  constexpr Text(std::string_view text) : characters_(text.begin(), text.end()) {}
  constexpr Text(const char* text) : Text(std::string_view(text)) {}

  constexpr std::string_view view() const { return {characters_.data(), characters_.size()}; }
  constexpr operator std::string_view() const { return view(); }
  constexpr bool empty() const { return characters_.empty(); }
  constexpr std::size_t size() const { return characters_.size(); }

  constexpr Text& operator+=(std::string_view text) {
    characters_.insert(characters_.end(), text.begin(), text.end());
    return *this;
  }
  constexpr Text& operator+=(const char* text) { return *this += std::string_view(text); }
  constexpr Text& operator+=(const Text& text) { return *this += text.view(); }
  constexpr Text& operator+=(std::unsigned_integral auto number) {
    char digits[20]{};
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (count > 0) characters_.push_back(digits[--count]);
    return *this;
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
  std::vector<char> characters_;
};

/// Joins strings, unsigned numbers and shapes into one text.
template <class... Parts>
constexpr Text join(const Parts&... parts) {
  Text text;
  ((text += parts), ...);
  return text;
}

}  // namespace ctnn
