#pragma once
#include <bit>
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/graph.hpp>
#include <ctnn/ops/source.hpp>

namespace ctnn {

/// A matrix of truth values, whose rows are sets of columns: the bits of whole words.
struct Pattern {
  const std::uint64_t* bits;
  std::size_t rows, columns;

  static constexpr std::size_t word_bits = 64;
  static constexpr std::size_t words(std::size_t columns) { return ceil_divide(columns, word_bits); }
  constexpr std::size_t words() const { return words(columns); }
  constexpr const std::uint64_t* row(std::size_t i) const { return bits + i * words(); }

  constexpr std::size_t entries() const {
    std::size_t count = 0;
    for (std::size_t w = 0, size = rows * words(); w < size; ++w)
      count += static_cast<std::size_t>(std::popcount(bits[w]));
    return count;
  }
  /// Calls visit(column) for every column of row i.
  constexpr void for_each(std::size_t i, auto visit) const {
    const std::uint64_t* set = row(i);
    for (std::size_t w = 0, count = words(); w < count; ++w)
      for (std::uint64_t rest = set[w]; rest != 0; rest &= rest - 1)
        visit(w * word_bits + static_cast<std::size_t>(std::countr_zero(rest)));
  }
};

namespace detail {

/// Which element of the operands, counted through all of them from 1, each element of a rearrangement is; 0
/// is a zero. Empty where the result is no such thing. Found out by rearranging numbers: the code of element
/// k is k · 2²⁶ + k², so that no sum of several codes is a code.
constexpr std::vector<std::size_t> origins(const Primitive& primitive, const Signature& signature) {
  constexpr double high = 1 << 26;
  constexpr std::size_t most = 1 << 13;
  const auto code = [](std::size_t k) { return static_cast<double>(k) * high + static_cast<double>(k * k); };
  std::vector<double> codes;
  const double* operands[Signature::max_operands]{};
  std::size_t begin[Signature::max_operands]{}, elements = 0;
  for (std::size_t i = 0; i < signature.operand_count; ++i) {
    if (signature.types[i] == ElementType::index) return {};
    begin[i] = elements;
    elements += signature.operands[i].elements();
  }
  if (elements >= most) return {};
  for (std::size_t k = 1; k <= elements; ++k) codes.push_back(code(k));
  for (std::size_t i = 0; i < signature.operand_count; ++i) operands[i] = codes.data() + begin[i];
  std::vector<double> result(signature.result.elements(), 0);
  primitive.evaluate(signature, operands, result.data());

  std::vector<std::size_t> from;
  for (double moved : result) {
    if (!(moved >= 0 && moved <= code(elements))) return {};
    from.push_back(static_cast<std::size_t>(moved / high));
    if (code(from.back()) != moved) return {};
  }
  return from;
}

/// For each node, the sets of seeds that its elements depend on.
class DependencePass {
 public:
  /// What the pass may spend, in words of sets: what Clang computes in one evaluation.
  static constexpr std::size_t budget = 60'000;
  /// What it takes to find the place of one element's set, in words.
  static constexpr std::size_t element_cost = 3;

  constexpr DependencePass(GraphView graph, std::size_t columns)
      : graph_(graph), words_(Pattern::words(columns)), place_(graph.size(), none) {}

  /// `column_of(node)` is the first column of an input that is a seed, and no_column of another node.
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  /// Returns whether the budget was enough.
  constexpr bool run(auto column_of) {
    for (std::size_t i = 0; i < graph_.size() && spent_ <= budget; ++i) {
      const Node& node = graph_.nodes[i];
      if (node.primitive->kind != Kind::source)
        place_[i] = place_of(node);
      else if (const std::size_t column = column_of(node); column != no_column)
        place_[i] = seed(column, node.shape.elements());
    }
    return spent_ <= budget;
  }

  /// Writes the sets of a node's elements.
  constexpr void write(NodeId id, std::uint64_t* to) const {
    const std::size_t place = place_[static_cast<std::size_t>(id)];
    for (std::size_t e = 0; e < graph_[id].shape.elements(); ++e)
      for (std::size_t w = 0; w < words_; ++w) *to++ = place == none ? 0 : sets_[place].row(e, words_)[w];
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// One set per element, or one that holds for all of them.
  struct Sets {
    std::vector<std::uint64_t> bits;
    bool uniform;
    constexpr const std::uint64_t* row(std::size_t e, std::size_t words) const {
      return bits.data() + (uniform ? 0 : e * words);
    }
  };

  constexpr bool spend(std::size_t sets) {
    spent_ += sets * (words_ + element_cost);
    return spent_ <= budget;
  }
  /// Where the bits of new sets are to be written; null when the budget is spent.
  constexpr std::uint64_t* add(std::size_t elements, bool uniform = false) {
    const std::size_t sets = uniform ? 1 : elements;
    if (!spend(sets)) return nullptr;
    sets_.push_back({std::vector<std::uint64_t>(sets * words_, 0), uniform || elements == 1});
    return sets_.back().bits.data();
  }
  constexpr std::size_t seed(std::size_t column, std::size_t elements) {
    std::uint64_t* to = add(elements);
    for (std::size_t e = 0; to && e < elements; ++e, ++column)
      to[e * words_ + column / Pattern::word_bits] |= std::uint64_t{1} << column % Pattern::word_bits;
    return sets_.size() - 1;
  }
  constexpr void join(std::uint64_t* to, const std::uint64_t* from) const {
    for (std::size_t w = 0, count = words_; w < count; ++w) to[w] |= from[w];
  }

  constexpr std::size_t place_of(const Node& node) {
    std::size_t first = none;
    bool alike = true, uniform = true;
    for (NodeId operand : graph_.operands(node)) {
      const std::size_t place = place_[static_cast<std::size_t>(operand)];
      if (place == none) continue;
      alike = alike && (first == none || place == first);
      uniform = uniform && sets_[place].uniform;
      if (first == none) first = place;
    }
    if (first == none) return none;
    const Kind kind = node.primitive->kind;
    const bool same_element = kind == Kind::elementwise || kind == Kind::view;
    if (alike && (same_element || (kind == Kind::broadcast && uniform))) return first;

    if (same_element && !uniform)
      unite(node);
    else if (same_element || (node.shape.elements() == 1 && kind > Kind::movement) ||
             !(node.primitive->depend ? follow_rule(node) : follow_codes(node)))
      unite_all(node);
    return sets_.size() - 1;
  }

  /// Calls visit(k, sets) for the operands that depend on seeds.
  constexpr void for_each_operand(const Node& node, auto visit) const {
    for (std::size_t k = 0; k < node.operand_count; ++k) {
      const std::size_t place = place_[static_cast<std::size_t>(graph_.operands(node)[k])];
      if (place != none) visit(k, sets_[place]);
    }
  }
  constexpr void unite(const Node& node) {
    const std::size_t elements = node.shape.elements();
    std::uint64_t* to = add(elements);
    for_each_operand(node, [&](std::size_t, const Sets& sets) {
      for (std::size_t e = 0; to && e < elements; ++e) join(to + e * words_, sets.row(e, words_));
    });
  }
  constexpr void unite_all(const Node& node) {
    std::uint64_t* to = add(1, true);
    for_each_operand(node, [&](std::size_t, const Sets& sets) {
      if (!to || !spend(sets.bits.size() / words_)) return;
      for (std::size_t i = 0; i < sets.bits.size(); i += words_) join(to, sets.bits.data() + i);
    });
  }
  constexpr bool follow_rule(const Node& node) {
    std::uint64_t* to = add(node.shape.elements());
    const Signature signature = graph_.signature(node);
    for_each_operand(node, [&](std::size_t k, const Sets& sets) {
      std::vector<Dependence> pairs;
      if (to) node.primitive->depend(signature, k, pairs);
      if (!spend(pairs.size())) return;
      for (const auto& [result, operand] : pairs) join(to + result * words_, sets.row(operand, words_));
    });
    return true;
  }
  constexpr bool follow_codes(const Node& node) {
    if (node.primitive->kind > Kind::movement) return false;
    // Rearranging an element takes about as long as so many words.
    const std::size_t elements = node.shape.elements();
    spent_ += 8 * elements;
    if (spent_ > budget) return true;
    const Signature signature = graph_.signature(node);
    const std::vector<std::size_t> from = origins(*node.primitive, signature);
    if (from.size() != elements) return false;
    std::uint64_t* to = add(elements);
    std::size_t begin[Signature::max_operands]{1};
    for (std::size_t k = 1; k < node.operand_count; ++k)
      begin[k] = begin[k - 1] + signature.operands[k - 1].elements();
    for_each_operand(node, [&](std::size_t k, const Sets& sets) {
      const std::size_t end = begin[k] + signature.operands[k].elements();
      for (std::size_t e = 0; to && e < elements; ++e)
        if (from[e] >= begin[k] && from[e] < end) join(to + e * words_, sets.row(from[e] - begin[k], words_));
    });
    return true;
  }

  GraphView graph_;
  std::size_t words_, spent_ = 0;
  std::vector<std::size_t> place_;
  std::vector<Sets> sets_;
};

}  // namespace detail

/// Which elements of the seeds each element of a graph's outputs depends on. The seeds are the inputs bound
/// to block first_block and those after it, of so many elements each; columns and rows count through all of
/// them. Returns the pattern's bits, or nothing where finding them would take the compiler too long.
constexpr std::vector<std::uint64_t> dependence(GraphView graph, std::size_t first_block,
                                                std::span<const std::size_t> seed_sizes) {
  std::size_t columns = 0, rows = 0;
  for (std::size_t size : seed_sizes) columns += size;
  for (const Output& output : graph.outputs) rows += graph[output.node].shape.elements();
  detail::DependencePass pass(graph, columns);
  const bool found = pass.run([&](const Node& node) {
    const std::size_t block = node.attributes.integers[0];
    if (node.primitive != &primitive::input || block < first_block ||
        block >= first_block + seed_sizes.size())
      return detail::DependencePass::no_column;
    std::size_t column = node.attributes.integers[1];
    for (std::size_t k = 0; k < block - first_block; ++k) column += seed_sizes[k];
    return column;
  });
  if (!found) return {};
  const std::size_t words = Pattern::words(columns);
  std::vector<std::uint64_t> bits(rows * words, 0);
  std::uint64_t* to = bits.data();
  for (const Output& output : graph.outputs) {
    pass.write(output.node, to);
    to += graph[output.node].shape.elements() * words;
  }
  return bits;
}

/// Adds to the bits of a square pattern, `bits`, those of its transpose.
constexpr void symmetrize(const Pattern& pattern, std::uint64_t* bits) {
  for (std::size_t i = 0, words = pattern.words(); i < pattern.rows; ++i)
    pattern.for_each(i, [&](std::size_t j) {
      bits[j * words + i / Pattern::word_bits] |= std::uint64_t{1} << i % Pattern::word_bits;
    });
}

}  // namespace ctnn
