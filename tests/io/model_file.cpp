#include <catch2/catch.hpp>
#include <cstring>
#include <ctnn.hpp>
#include <ctnn/io/model_file.hpp>

#include "files.hpp"

using namespace ctnn;
using Catch::Matchers::Contains;

namespace {

/// A layer with one of everything that a network can own.
struct Counted {
  static constexpr Value lower(Builder& builder, Value x) {
    const Value weight = builder.parameter("weight", {3}, ones, {.in = 1, .out = 1});
    const Value mean = builder.state("running_mean", {3}, zeros);
    builder.counter("num_batches_tracked");
    return (x - mean) * weight;
  }
};
using Net = Model<Sequential<Counted>, Shape<3>>;

Net distinct() {
  Net net;
  std::ranges::copy(std::array{1.0f, 2.0f, 3.0f}, net.parameters().begin());
  std::ranges::copy(std::array{4.0f, 5.0f, 6.0f}, net.states().begin());
  net.counters()[0] = (std::int64_t{1} << 53) + 1;  // which no double holds
  return net;
}

bool same(const Net& x, const Net& y) {
  return std::ranges::equal(x.parameters(), y.parameters()) && std::ranges::equal(x.states(), y.states()) &&
         std::ranges::equal(x.counters(), y.counters());
}

/// What loading says of a file in which the counter is an entry of its own; the model must keep what it has.
std::string refusal(DataType type, const std::vector<std::uint64_t>& shape, Conversion conversion) {
  const TemporaryFolder folder;
  const auto path = folder.path / "net.safetensors";
  const float numbers[3]{7, 8, 9};
  const std::byte counter[8]{};
  write_safetensors(path,
                    std::vector<TensorEntry>{
                        {"0.weight", DataType::F32, {3}, std::as_bytes(std::span(numbers))},
                        {"0.running_mean", DataType::F32, {3}, std::as_bytes(std::span(numbers))},
                        {"0.num_batches_tracked", type, shape, std::span(counter).first(bytes_of(type))}},
                    {});
  Net net = distinct();
  std::string said = message([&] { load(net, path, conversion); });
  CHECK(same(net, distinct()));
  return said;
}

}  // namespace

TEST_CASE("a model's parameters, states and counters come back from their file", "[io]") {
  const TemporaryFolder folder;
  const auto path = folder.path / "net.safetensors";
  save(distinct(), path);
  const SafetensorsFile file = read_safetensors(path);
  REQUIRE(file.entries().size() == 3);
  const TensorEntry* counter = file.find("0.num_batches_tracked");
  REQUIRE(counter != nullptr);
  CHECK(counter->type == DataType::I64);
  CHECK(counter->shape.empty());
  Net net;
  REQUIRE_FALSE(same(net, distinct()));
  load(net, path);
  CHECK(same(net, distinct()));
}

TEST_CASE("a counter of another type or shape is refused, whatever may be converted", "[io]") {
  for (const Conversion conversion : {Conversion::none, Conversion::allowed}) {
    for (const DataType type : {DataType::I32, DataType::U64, DataType::F32, DataType::F64})
      CHECK_THAT(
          refusal(type, {}, conversion),
          Contains("key \"0.num_batches_tracked\": expected I64, found " + std::string(name_of(type))));
    CHECK_THAT(refusal(DataType::I64, {1}, conversion),
               Contains("key \"0.num_batches_tracked\": expected shape [], found [1]"));
  }
}
