#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ctnn {

/// A string literal as a template argument: `Named<"conv1", …>`, `parameter<"conv1.weight">()`.
template <std::size_t N>
struct FixedString {
  char value[N]{};

  constexpr FixedString() = default;
  constexpr FixedString(const char (&literal)[N]) { std::copy_n(literal, N, value); }

  constexpr std::string_view view() const { return {value, N - 1}; }
  constexpr operator std::string_view() const { return view(); }
};

}  // namespace ctnn
