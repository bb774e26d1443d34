#pragma once
#include <ctnn/graph/dependence.hpp>

namespace ctnn {

namespace detail {

/// Columns in the order of their colouring: those with the most entries first.
constexpr std::vector<std::size_t> largest_first(std::span<const std::size_t> entries, std::size_t most) {
  std::vector<std::size_t> next(most + 2, 0), order(entries.size(), 0);
  for (std::size_t count : entries) ++next[most - count + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  for (std::size_t j = 0; j < entries.size(); ++j) order[next[most - entries[j]]++] = j;
  return order;
}

/// A pattern by columns: the rows of each.
struct ColumnLists {
  std::vector<std::size_t> first, row;

  constexpr explicit ColumnLists(const Pattern& pattern) : first(pattern.columns + 1, 0) {
    for (std::size_t i = 0; i < pattern.rows; ++i)
      pattern.for_each(i, [&](std::size_t j) { ++first[j + 1]; });
    for (std::size_t j = 0; j < pattern.columns; ++j) first[j + 1] += first[j];
    row.resize(first.back(), 0);
    std::vector<std::size_t> next = first;
    for (std::size_t i = 0; i < pattern.rows; ++i)
      pattern.for_each(i, [&](std::size_t j) { row[next[j]++] = i; });
  }
  constexpr std::vector<std::size_t> order(std::size_t rows) const {
    std::vector<std::size_t> entries;
    for (std::size_t j = 0; j + 1 < first.size(); ++j) entries.push_back(first[j + 1] - first[j]);
    return largest_first(entries, rows);
  }
};

/// Sets of colours, of which there are at most as many as columns.
class ColorSets {
 public:
  constexpr ColorSets(std::size_t count, std::size_t colors)
      : words_(Pattern::words(colors + 1)), bits_(count * words_, 0) {}

  constexpr void insert(std::size_t i, std::size_t color) {
    bits_[i * words_ + color / Pattern::word_bits] |= std::uint64_t{1} << color % Pattern::word_bits;
  }
  /// Set i and those colours of set j of `other` that are less than `bound`.
  constexpr void join(std::size_t i, const ColorSets& other, std::size_t j, std::size_t bound) {
    for (std::size_t w = 0; w * Pattern::word_bits < bound && w < words_; ++w) {
      const std::size_t left = bound - w * Pattern::word_bits;
      const std::uint64_t below =
          left < Pattern::word_bits ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
      bits_[i * words_ + w] |= other.bits_[j * words_ + w] & below;
    }
  }
  constexpr std::size_t first_absent(std::size_t i) const {
    std::size_t w = i * words_;
    while (bits_[w] == ~std::uint64_t{0}) ++w;
    return (w - i * words_) * Pattern::word_bits + static_cast<std::size_t>(std::countr_one(bits_[w]));
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace detail

/// A colour for each column, so that no two columns of one colour have an entry in the same row: the sum of
/// such columns shows each of their entries. (Curtis, Powell, Reid 1974; greedy as in Coleman and Moré 1983.)
constexpr std::vector<std::uint32_t> color_columns(const Pattern& pattern) {
  const detail::ColumnLists columns(pattern);
  std::vector<std::uint32_t> colors(pattern.columns, 0);
  detail::ColorSets in_row(pattern.rows, pattern.columns);
  for (std::size_t j : columns.order(pattern.rows)) {
    detail::ColorSets taken(1, pattern.columns);
    for (std::size_t k = columns.first[j]; k < columns.first[j + 1]; ++k)
      taken.join(0, in_row, columns.row[k], pattern.columns);
    const std::size_t color = taken.first_absent(0);
    colors[j] = static_cast<std::uint32_t>(color);
    for (std::size_t k = columns.first[j]; k < columns.first[j + 1]; ++k)
      in_row.insert(columns.row[k], color);
  }
  return colors;
}

/// The same for a symmetric pattern, of which one entry of each pair is enough: a star colouring, by which
/// neighbours differ, and of a path of four at least three. (Coleman and Moré 1984; the greedy rule of
/// Gebremedhin, Manne, Pothen, "What color is your Jacobian?" 2005, for restricted star colouring.)
constexpr std::vector<std::uint32_t> color_symmetric(const Pattern& pattern) {
  constexpr std::uint32_t uncolored = static_cast<std::uint32_t>(-1);
  const detail::ColumnLists columns(pattern);
  std::vector<std::uint32_t> colors(pattern.columns, uncolored);
  detail::ColorSets around(pattern.columns, pattern.columns);
  for (std::size_t v : columns.order(pattern.rows)) {
    detail::ColorSets taken(1, pattern.columns);
    for (std::size_t k = columns.first[v]; k < columns.first[v + 1]; ++k) {
      const std::size_t w = columns.row[k];
      if (w == v) continue;
      if (colors[w] != uncolored) taken.insert(0, colors[w]);
      taken.join(0, around, w, colors[w] == uncolored ? pattern.columns : colors[w]);
    }
    colors[v] = static_cast<std::uint32_t>(taken.first_absent(0));
    for (std::size_t k = columns.first[v]; k < columns.first[v + 1]; ++k)
      if (columns.row[k] != v) around.insert(columns.row[k], colors[v]);
  }
  return colors;
}

/// An entry of a matrix, and the colour of the seeds by which it is found in one of the products' rows.
struct ColoredEntry {
  std::uint32_t color, row, column;
};

/// Where the entries of a coloured pattern stand, row by row: in row `row` of the product with the seeds of
/// colour `color`. Of a symmetric one, each pair has one entry, of which row may be less or more than column.
constexpr std::vector<ColoredEntry> colored_entries(const Pattern& pattern,
                                                    std::span<const std::uint32_t> colors,
                                                    std::size_t color_count, bool symmetric) {
  std::vector<ColoredEntry> entries;
  std::vector<std::uint32_t> times(symmetric ? color_count : 0, 0);
  const auto append = [&](std::size_t row, std::size_t column) {
    entries.push_back({colors[column], static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column)});
  };
  for (std::size_t i = 0; i < pattern.rows; ++i) {
    if (!symmetric) {
      pattern.for_each(i, [&](std::size_t j) { append(i, j); });
      continue;
    }
    pattern.for_each(i, [&](std::size_t j) { ++times[colors[j]]; });
    pattern.for_each(i, [&](std::size_t j) {
      if (i <= j && times[colors[j]] == 1)
        append(i, j);
      else if (i < j)
        append(j, i);  // shown alone there, as the colouring is a star's
    });
    pattern.for_each(i, [&](std::size_t j) { --times[colors[j]]; });
  }
  return entries;
}

}  // namespace ctnn
