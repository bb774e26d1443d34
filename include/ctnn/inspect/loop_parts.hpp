#pragma once
#include <algorithm>
#include <ctnn/ops/loop.hpp>
#include <string>
#include <vector>

namespace ctnn::detail {

/// Elements that the step of a loop reads as one value, and what a text calls them.
struct LoopPart {
  std::size_t block, offset, size;
  std::string name;
};

/// What the derivatives of a value are called beside it; `order` counts those of derivatives.
struct DerivativeNames {
  bool latex;
  std::size_t order = 1;

  std::string tangent(const std::string& name) const { return derived("d", "", "dot", name); }
  std::string adjoint(const std::string& name) const { return derived("by", "_", "bar", name); }
  /// The adjoint of one state, before that of the later ones is added.
  std::string upstream(const std::string& name) const { return derived("to", "_", "hat", name); }

 private:
  std::string derived(const char* plain, const char* separator, const char* accent,
                      const std::string& name) const {
    const std::string number = order > 1 ? std::to_string(order) : "";
    if (!latex) return plain + number + separator + name;
    return std::string("\\") + accent + "{" + name + "}" + (order > 1 ? "_{" + number + "}" : "");
  }
};

/// The parts of a loop's captured values, states and rows, in this order and that of their elements.
/// `captured(offset, size)` says what was captured, `fresh()` makes a name. A derivative's parts are those of
/// the loop and their derivatives, where LoopForm's paths put them.
std::vector<LoopPart> loop_parts(const LoopForm& loop, DerivativeNames names, auto captured, auto fresh) {
  constexpr std::size_t of_state = LoopBody::state_block, of_captured = LoopBody::captured_block,
                        of_scanned = LoopBody::scanned_block;
  const LoopBody& body = *loop.body;
  const auto place = [](const LoopPart& part) {
    return std::pair(part.block == of_captured ? 0 : part.block, part.offset);
  };
  std::vector<LoopPart> parts;
  const auto add = [&](std::size_t block, std::size_t offset, std::size_t size) {
    for (const LoopPart& part : parts)
      if (part.block == block && part.offset == offset) return;
    parts.push_back({block, offset, size, {}});
  };
  for (const Output& output : body.graph.outputs)
    add(of_state, output.binding.offset, body.graph[output.node].shape.elements());
  for (const Node& node : body.graph.nodes)
    if (node.primitive == &primitive::input)
      add(node.attributes.integers[0], node.attributes.integers[1], node.shape.elements());
  std::ranges::sort(parts, {}, place);
  for (LoopPart& part : parts)
    part.name = part.block == of_captured ? captured(part.offset, part.size) : fresh();

  LoopForm form{&body, 1, body.state_size, body.captured_size, body.scanned_size, false, false, 0};
  constexpr std::size_t digits = std::size_t{1} << LoopDerivative::digit_bits;
  std::size_t unit = 1;
  while (loop.path / unit >= digits) unit *= digits;
  for (; loop.path != 0 && unit > 0; unit /= digits, ++names.order) {
    const LoopDerivative derivative = LoopDerivative::of(loop.path / unit % digits);
    const std::size_t by_captured = form.state_size,
                      by_scanned = by_captured + derivative.by_captured * form.captured_size;
    const std::vector<LoopPart> before = std::exchange(parts, {});
    for (const auto& [block, offset, size, name] : before) {
      if (derivative.kind == LoopDerivative::tangent) {
        parts.push_back({block, offset, size, name});
        if (block == of_state) parts.push_back({block, form.state_size + offset, size, names.tangent(name)});
        if (block == of_captured && derivative.by_captured)
          parts.push_back(
              {block, form.captured_size + offset, size, captured(form.captured_size + offset, size)});
        if (block == of_scanned && derivative.by_scanned)
          parts.push_back({block, form.scanned_size + offset, size, names.tangent(name)});
        continue;
      }
      if (block == of_state) {
        parts.push_back({of_scanned, offset, size, name});
        parts.push_back({of_state, offset, size, names.adjoint(name)});
        if (derivative.kind == LoopDerivative::adjoint_of_history)
          parts.push_back(
              {of_scanned, form.state_size + form.scanned_size + offset, size, names.upstream(name)});
      } else if (block == of_captured) {
        parts.push_back({block, offset, size, name});
        if (derivative.by_captured)
          parts.push_back({of_state, by_captured + offset, size, names.adjoint(name)});
      } else {
        parts.push_back({block, form.state_size + offset, size, name});
        if (derivative.by_scanned)
          parts.push_back({of_state, by_scanned + offset, size, names.adjoint(name)});
      }
    }
    form = derivative.apply(form);
  }
  std::ranges::sort(parts, {}, place);
  return parts;
}

}  // namespace ctnn::detail
