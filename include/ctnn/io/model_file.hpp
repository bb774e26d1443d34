#pragma once
#include <ctnn/io/convert.hpp>
#include <ctnn/io/safetensors.hpp>
#include <ctnn/model/model.hpp>

namespace ctnn {

namespace detail {

/// What a network keeps in a file, under PyTorch's names: parameters, states and counters.
template <class Net>
struct StoredTensors {
  using T = typename Net::value_type;

  static std::vector<std::uint64_t> extents(const Extents& shape) {
    return {shape.axis, shape.axis + shape.rank};
  }

  /// Calls visit(name, shape, offset in block, block) for every parameter and state; block is 0 or 1.
  [[gnu::cold]] static void for_each(auto visit) {
    for (const TensorInfo& info : Net::network::lowered.parameters)
      visit(std::string(Net::network::lowered.text(info.name)), info.shape, info.offset, 0);
    for (const TensorInfo& info : Net::network::lowered.states)
      visit(std::string(Net::network::lowered.text(info.name)), info.shape, info.offset, 1);
  }
};

}  // namespace detail

/// Writes parameters, states and counters to a safetensors file under PyTorch's names; F32 or F64 as the
/// model's elements, counters I64. Throws FileError; the old file stays until the new one is whole.
template <class Net>
[[gnu::cold]] void save(const Net& model, const std::filesystem::path& path) {
  using Stored = detail::StoredTensors<Net>;
  using T = typename Net::value_type;
  std::vector<TensorEntry> entries;
  const std::span<const T> blocks[]{model.parameters(), model.states()};
  Stored::for_each([&](std::string name, const Extents& shape, std::size_t offset, int block) {
    entries.push_back({std::move(name), data_type_of<T>, Stored::extents(shape),
                       std::as_bytes(blocks[block].subspan(offset, shape.elements()))});
  });
  for (std::size_t i = 0; i < model.counters().size(); ++i)
    entries.push_back({std::string(Net::network::lowered.text(Net::network::lowered.counters[i])),
                       DataType::I64,
                       {},
                       std::as_bytes(model.counters().subspan(i, 1))});
  write_safetensors(path, entries, {{"format", "pt"}});
}

/// Reads what save wrote, or what PyTorch's world did: the keys must be the model's, each of its shape. F16,
/// BF16 and the other of F32 and F64 are converted only when asked for. Throws FileError, which names file,
/// key, expected and found; the model is then unchanged.
template <class Net>
[[gnu::cold]] void load(Net& model, const std::filesystem::path& path,
                        Conversion conversion = Conversion::none) {
  using Stored = detail::StoredTensors<Net>;
  using T = typename Net::value_type;
  const SafetensorsFile file = read_safetensors(path);
  std::size_t expected = 0;
  const auto entry_of = [&](const std::string& name, const Extents& shape) -> const TensorEntry& {
    ++expected;
    const TensorEntry* entry = file.find(name);
    if (entry == nullptr) throw FileError(path, "key \"" + name + "\" is missing");
    if (entry->shape != Stored::extents(shape))
      throw FileError(path, "key \"" + name + "\": expected shape " + shape_text(Stored::extents(shape)) +
                                ", found " + shape_text(entry->shape));
    return *entry;
  };

  AlignedBuffer<T> parameters(model.parameters().size()), states(model.states().size());
  Stored::for_each([&](const std::string& name, const Extents& shape, std::size_t offset, int block) {
    const std::span<T> all = block == 0 ? parameters.span() : states.span();
    read_elements(entry_of(name, shape), all.subspan(offset, shape.elements()), conversion, path);
  });
  std::vector<std::int64_t> counters;
  for (const Name& name : Net::network::lowered.counters) {
    const TensorEntry& entry = entry_of(std::string(Net::network::lowered.text(name)), {});
    if (entry.type != DataType::I64)
      throw FileError(path,
                      "key \"" + entry.name + "\": expected I64, found " + std::string(name_of(entry.type)));
    std::memcpy(&counters.emplace_back(), entry.bytes.data(), sizeof(std::int64_t));
  }
  if (file.entries().size() != expected)
    for (const TensorEntry& entry : file.entries()) {
      bool known = false;
      const auto check = [&](std::string_view name) { known = known || name == entry.name; };
      Stored::for_each([&](const std::string& name, const Extents&, std::size_t, int) { check(name); });
      for (const Name& name : Net::network::lowered.counters) check(Net::network::lowered.text(name));
      if (!known) throw FileError(path, "key \"" + entry.name + "\" is not one of the model's");
    }

  copy_elements(parameters.span(), model.parameters().data());
  copy_elements(states.span(), model.states().data());
  copy_elements(counters, model.counters().data());
}

}  // namespace ctnn
