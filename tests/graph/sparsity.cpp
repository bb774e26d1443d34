#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/random.hpp>
#include <ctnn/graph/coloring.hpp>
#include <ctnn/graph/interpret.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/ops.hpp>
#include <limits>
#include <map>
#include <set>

namespace ctnn {
namespace {

using Set = std::set<std::size_t>;

std::vector<Set> rows_of(const Pattern& pattern) {
  std::vector<Set> rows(pattern.rows);
  for (std::size_t i = 0; i < pattern.rows; ++i)
    pattern.for_each(i, [&](std::size_t j) { rows[i].insert(j); });
  return rows;
}

/// What an output's elements depend on, found out by making each element of two seeds, of extents [2, 3, 4],
/// not a number; and what the pass says.
struct Found {
  std::vector<Set> true_rows, rows;
};
Found find(Value (*build)(Value a, Value b)) {
  GraphBuilder builder;
  const std::size_t sizes[]{24, 24};
  const Value a = input(builder, {2, 3, 4}, {7, 0}), b = input(builder, {2, 3, 4}, {8, 0});
  builder.output(build(a, b), {9, 0});
  const GraphView graph = builder.graph().view();
  std::vector<std::uint64_t> bits = dependence(graph, 7, sizes);
  const std::size_t rows = graph[graph.outputs[0].node].shape.elements();
  Found found{std::vector<Set>(rows), rows_of({bits.data(), rows, 48})};
  for (std::size_t column = 0; column < 48; ++column) {
    std::vector<double> seeds(48, 0.5);
    seeds[column] = std::numeric_limits<double>::quiet_NaN();
    const auto values = interpret(
        graph, [&](const Node& node) { return seeds.data() + 24 * (node.attributes.integers[0] - 7); });
    const auto& result = values[static_cast<std::size_t>(graph.outputs[0].node)];
    for (std::size_t row = 0; row < rows; ++row)
      if (std::isnan(result[row])) found.true_rows[row].insert(column);
  }
  return found;
}

TEST_CASE("dependence is what a change of one element shows", "[graph]") {
  const auto check = [](Value (*build)(Value, Value)) {
    const Found found = find(build);
    CHECK(found.rows == found.true_rows);
  };
  check([](Value a, Value b) { return a * b + exp(a); });
  check([](Value a, Value) { return reshape(square(a), {6, 4}); });
  check([](Value a, Value) { return slice(a, {0, 1, 1}, {2, 2, 3}) * 3; });
  check([](Value a, Value) { return slice(a, {1, 1, 1}, {1, 1, 1}) * 3; });
  check([](Value a, Value) { return pad(a, {1, 0, 2}, {3, 3, 7}); });
  check([](Value a, Value b) {
    const Value parts[]{b, a, b};
    return concat(parts, 1);
  });
  check([](Value a, Value b) { return transpose(a, {2, 0, 1}) + reshape(b, {4, 2, 3}); });
  check([](Value a, Value) { return broadcast(slice(a, {0, 1, 0}, {2, 1, 4}), {2, 5, 4}); });
  check([](Value a, Value b) { return sum(a, 1, 2) + maximum(b, 1, 2); });
  check([](Value a, Value b) { return a - broadcast(reshape(sum(b, 1, 3), {2, 1, 1}), {2, 3, 4}); });
  check([](Value a, Value b) { return matrix_product(a, b, false, true); });
  check([](Value a, Value b) { return matrix_product(a, b, true, false); });
  check([](Value a, Value b) {
    return matrix_product(a, constant(*a.builder, 2, {2, 4, 5})) + sum(b, 0, 3);
  });
  check([](Value a, Value b) {
    const Window window{.kernel = {2, 3}, .padding = {1, 0}};
    return convolution(reshape(a, {1, 2, 3, 4}), reshape(b, {2, 2, 2, 3}), window);
  });
  check([](Value a, Value b) {
    const Window window{.kernel = {2, 3}, .padding = {1, 0}};
    const Value x = reshape(a, {1, 2, 3, 4}), w = reshape(b, {2, 2, 2, 3});
    const Value inputs[]{x, w}, y = convolution(x, w, window), seed = constant_like(y, 1);
    const std::vector<Value> adjoints = vjp(std::span(&y, 1), std::span(&seed, 1), inputs);
    return reshape(adjoints[0], {24}) + reshape(adjoints[1], {24});
  });
  check([](Value a, Value) { return sum(a, 0, 3) * broadcast(sum(a, 0, 3), {3}); });
}

TEST_CASE("what no rule describes is taken to depend on everything", "[graph]") {
  const Found found = find([](Value a, Value b) { return cumulative_sum(a, 2) + b; });
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    CHECK(std::ranges::includes(found.rows[i], found.true_rows[i]));
    CHECK(found.rows[i].size() == 25);
  }
}

TEST_CASE("a graph that is too large for the pass has no pattern", "[graph]") {
  GraphBuilder builder;
  const std::size_t sizes[]{1000};
  const Value x = input(builder, {1000}, {7, 0});
  builder.output(reshape(x, {1000, 1}) * reshape(x, {1, 1000}), {9, 0});
  CHECK(dependence(builder.graph().view(), 7, sizes).empty());
}

std::vector<std::uint64_t> random_pattern(Random& random, std::size_t rows, std::size_t columns,
                                          std::size_t entries) {
  const std::size_t words = Pattern::words(columns);
  std::vector<std::uint64_t> bits(rows * words);
  for (std::size_t n = 0; n < entries; ++n) {
    const std::size_t i = random.below(rows), j = random.below(columns);
    bits[i * words + j / 64] |= std::uint64_t{1} << j % 64;
  }
  return bits;
}
std::vector<std::uint64_t> banded_pattern(std::size_t size) {
  std::vector<std::uint64_t> bits(size * Pattern::words(size));
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = i > 0 ? i - 1 : 0; j < std::min(i + 2, size); ++j)
      bits[i * Pattern::words(size) + j / 64] |= std::uint64_t{1} << j % 64;
  return bits;
}
std::size_t count(const std::vector<std::uint32_t>& colors) {
  return *std::ranges::max_element(colors) + std::size_t{1};
}

/// Every entry stands alone where colored_entries says: no other column of its colour is in its row.
void check_entries(const Pattern& pattern, const std::vector<std::uint32_t>& colors, bool symmetric) {
  const std::vector<Set> rows = rows_of(pattern);
  std::map<std::pair<std::size_t, std::size_t>, int> found;
  std::size_t last = 0;
  for (const ColoredEntry& entry : colored_entries(pattern, colors, count(colors), symmetric)) {
    CHECK(entry.color == colors[entry.column]);
    CHECK(rows[entry.row].contains(entry.column));
    CHECK(std::ranges::count_if(rows[entry.row], [&](std::size_t j) { return colors[j] == entry.color; }) ==
          1);
    const std::size_t i = entry.row, j = entry.column, row = symmetric ? std::min(i, j) : i;
    CHECK(row >= last);
    last = row;
    ++found[symmetric && i > j ? std::pair(j, i) : std::pair(i, j)];
  }
  std::size_t expected = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j : rows[i])
      if (!symmetric || i <= j) {
        ++expected;
        CHECK(found[{i, j}] == 1);
      }
  CHECK(found.size() == expected);
}

TEST_CASE("columns of one colour show each of their entries", "[graph]") {
  Random random(Seed{3});
  for (std::size_t n = 0; n < 40; ++n) {
    const std::size_t rows = 1 + random.below(50), columns = 1 + random.below(130);
    const auto bits = random_pattern(random, rows, columns, random.below(150));
    const Pattern pattern{bits.data(), rows, columns};
    check_entries(pattern, color_columns(pattern), false);
  }
}

TEST_CASE("columns of a symmetric pattern's colour show one entry of each pair", "[graph]") {
  Random random(Seed{5});
  for (std::size_t n = 0; n < 40; ++n) {
    const std::size_t size = 2 + random.below(90);
    auto bits = random_pattern(random, size, size, random.below(3 * size));
    symmetrize(Pattern{bits.data(), size, size}, bits.data());
    const Pattern pattern{bits.data(), size, size};
    check_entries(pattern, color_symmetric(pattern), true);
  }
}

TEST_CASE("bands take as many colours as they are wide, and an arrow's head two", "[graph]") {
  const auto band = banded_pattern(100);
  CHECK(count(color_columns({band.data(), 100, 100})) == 3);
  CHECK(count(color_symmetric({band.data(), 100, 100})) == 3);
  // Full in its last row and column: by columns it takes all colours.
  std::vector<std::uint64_t> arrow(50);
  for (std::size_t i = 0; i < 50; ++i) arrow[i] = std::uint64_t{1} << i | std::uint64_t{1} << 49;
  arrow[49] = (std::uint64_t{1} << 50) - 1;
  CHECK(count(color_columns({arrow.data(), 50, 50})) == 50);
  CHECK(count(color_symmetric({arrow.data(), 50, 50})) == 2);
}

}  // namespace
}  // namespace ctnn
