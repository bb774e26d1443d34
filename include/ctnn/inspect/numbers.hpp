#pragma once
#include <charconv>
#include <cstddef>
#include <string>

namespace ctnn {

/// A number with its thousands apart: 62,006.
inline std::string grouped(std::size_t number) {
  const std::string digits = std::to_string(number);
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += ',';
    result += digits[i];
  }
  return result;
}

/// A number with a fixed count of decimals, in any locale: 2.216.
inline std::string fixed(double number, int decimals) {
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, decimals);
  return {digits, end.ptr};
}

}  // namespace ctnn
