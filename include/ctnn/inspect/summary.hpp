#pragma once
#include <ctnn/inspect/cost.hpp>
#include <ctnn/inspect/numbers.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace ctnn {

namespace detail {

/// One layer, as the table shows it.
struct SummaryRow {
  std::string layer, output, parameters, flops;
};

/// What a summary prints, free of the network's type.
struct Summary {
  std::vector<SummaryRow> rows{};
  std::size_t parameters, parameter_bytes, flops, packed_bytes, workspace_bytes;
};

inline void print(std::ostream& out, const Summary& summary) {
  const SummaryRow head{"layer", "output", "parameters", "flops"};
  const auto width = [&](std::string SummaryRow::*column) {
    std::size_t most = (head.*column).size();
    for (const SummaryRow& row : summary.rows) most = std::max(most, (row.*column).size());
    return most;
  };
  const std::size_t widths[]{width(&SummaryRow::layer), width(&SummaryRow::output),
                             width(&SummaryRow::parameters), width(&SummaryRow::flops)};
  const auto padded = [](std::string text, std::size_t to) {
    return text + std::string(to > text.size() ? to - text.size() : 0, ' ');
  };
  const auto right = [](std::string text, std::size_t to) {
    return std::string(to > text.size() ? to - text.size() : 0, ' ') + text;
  };
  const auto line = [&](const SummaryRow& row) {
    out << padded(row.layer, widths[0]) << "  " << padded(row.output, widths[1]) << "  "
        << right(row.parameters, widths[2]) << "  " << right(row.flops, widths[3]) << '\n';
  };
  const std::string rule(widths[0] + widths[1] + widths[2] + widths[3] + 6, '-');

  line(head);
  out << rule << '\n';
  for (const SummaryRow& row : summary.rows) line(row);
  out << rule << '\n';
  const auto total = [&](std::string name, std::size_t number, std::string note) {
    out << padded(std::move(name), 20) << right(grouped(number), 14) << note << '\n';
  };
  total("parameters", summary.parameters, "  (" + grouped(summary.parameter_bytes) + " bytes)");
  total("flops per sample", summary.flops, "");
  total("engine's weights", summary.packed_bytes, " bytes");
  total("engine's workspace", summary.workspace_bytes, " bytes");
}

}  // namespace detail

/// Prints a model's layers, one per line and indented where they are inside another: name or number, type,
/// the shape of the output for one sample, parameters and floating-point operations (a container's line is
/// the sum over what is inside); then the totals, and the bytes that an engine takes.
template <class Net>
void summary(std::ostream& out) {
  constexpr auto& network = Net::network::lowered;
  detail::Summary result{.parameters = Net::parameter_count,
                         .parameter_bytes = Net::parameter_count * sizeof(typename Net::value_type),
                         .flops = flops_of<Net>,
                         .packed_bytes = packed_bytes<Net>,
                         .workspace_bytes = workspace_bytes<Net>};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const LayerInfo& layer = network.layers[i];
    std::string label(2 * layer.depth, ' ');
    if (layer.numbered) {
      label += layer.name.empty() ? std::to_string(layer.index) : std::string(layer.name);
      label += ": ";
    }
    label += layer.type;
    std::size_t parameters = 0;
    for (std::size_t p = layer.first_parameter; p < layer.last_parameter; ++p)
      parameters += network.parameters[p].shape.elements();
    const auto shown = [](std::size_t number) { return number > 0 ? grouped(number) : "-"; };
    result.rows.push_back({std::move(label), std::string(join(tail(layer.output, 1)).view()),
                           shown(parameters), shown(detail::layer_flops<Net>[i])});
  }
  detail::print(out, result);
}

}  // namespace ctnn
