#pragma once
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctnn/data/dataset.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/read_file.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace ctnn {

struct CsvOptions {
  char separator = ',';
  /// Lines before the data, such as column names. Empty lines and lines that begin with '#' are always
  /// skipped.
  std::size_t header_lines = 0;
  /// First column of the target, from 0; the last columns unless given.
  std::optional<std::size_t> target_column{};
  /// Labels are from 0 to classes - 1; 0: any label that fits 32 bits.
  std::int32_t classes = 0;
};

namespace detail {

inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if constexpr (std::is_floating_point_v<Number>) return std::isfinite(number);
  return true;
}

inline std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return field;
}

}  // namespace detail

/// Reads numbers separated by commas, a sample with its target per line: SampleShape::elements columns, and
/// one with a class index, or as many as the shape `Target` has elements. Throws FileError, naming the line,
/// for a line with another number of columns, a field that is not a finite number, a label out of range, and
/// a file without data.
template <class SampleShape, class Target = std::int32_t, class T = float>
Dataset<T, SampleShape, Target> read_csv(const std::filesystem::path& path, const CsvOptions& options = {}) {
  using Set = Dataset<T, SampleShape, Target>;
  constexpr bool labelled = !std::is_same_v<typename Set::target_element, T>;
  constexpr std::size_t columns = Set::sample_elements + Set::target_elements;
  const std::size_t target = options.target_column.value_or(Set::sample_elements);
  const std::vector<std::byte> bytes = read_file(path);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (target > Set::sample_elements)
    throw FileError(path, "expected " + std::to_string(columns) +
                              " columns, found no room for the target at column " + std::to_string(target));
  Set set;
  for (std::size_t line = 1; !text.empty(); ++line) {
    std::string_view rest = detail::trimmed(detail::take_until(text, '\n'));
    if (line <= options.header_lines || rest.empty() || rest.starts_with('#')) continue;
    const auto fail = [&](const std::string& problem) {
      throw FileError(path, "line " + std::to_string(line) + ": " + problem);
    };
    std::size_t column = 0;
    for (bool more = true; more; ++column) {
      more = rest.find(options.separator) != rest.npos;
      const std::string_view field = detail::trimmed(detail::take_until(rest, options.separator));
      if (column >= columns) continue;
      const auto read = [&](auto& list, const char* kind) {
        typename std::remove_reference_t<decltype(list)>::value_type number{};
        if (!detail::parse_number(field, number))
          fail("column " + std::to_string(column + 1) + ": expected " + kind + ", found \"" +
               std::string(field.substr(0, 100)) + "\"");
        list.push_back(number);
      };
      if (column < target || column >= target + Set::target_elements) {
        read(set.samples, "a number");
      } else if constexpr (labelled) {
        read(set.targets, "a class index");
        if (set.targets.back() < 0 || (options.classes > 0 && set.targets.back() >= options.classes))
          fail("expected a label from 0" +
               (options.classes > 0 ? " to " + std::to_string(options.classes - 1) : " on") + ", found " +
               std::to_string(set.targets.back()));
      } else {
        read(set.targets, "a number");
      }
    }
    if (column != columns)
      fail("expected " + std::to_string(columns) + " columns, found " + std::to_string(column));
  }
  if (set.targets.empty()) throw FileError(path, "expected lines of numbers, found none");
  return set;
}

}  // namespace ctnn
