#pragma once
#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/prettywriter.h>
#include <ctnn/bench/report.hpp>
#include <ostream>

namespace ctnn::bench {

/// Writes the report as JSON. Times are in seconds; what was not measured is left out.
inline void write_json(std::ostream& out, const Report& report) {
  rapidjson::OStreamWrapper stream(out);
  rapidjson::PrettyWriter<rapidjson::OStreamWrapper> json(stream);
  json.SetIndent(' ', 1);
  const auto text = [&](const char* key, const std::string& value) {
    json.Key(key);
    json.String(value.c_str(), static_cast<rapidjson::SizeType>(value.size()));
  };
  const auto number = [&](const char* key, double value) {
    json.Key(key);
    json.Double(value);
  };
  const auto count = [&](const char* key, std::size_t value) {
    json.Key(key);
    json.Uint64(value);
  };
  const auto times = [&](const char* key, const Times& value) {
    if (value.empty()) return;
    json.Key(key);
    json.StartObject();
    number("best", value.best());
    number("median", value.median());
    count("rounds", value.count());
    json.EndObject();
  };

  json.StartObject();
  json.Key("machine");
  json.StartObject();
  text("instruction_set", report.machine.instruction_set);
  number("peak_float", report.machine.peak_float);
  number("peak_double", report.machine.peak_double);
  json.Key("bytes_per_second");
  json.StartObject();
  for (const MemoryLevel& level : report.machine.levels) number(level.name.c_str(), level.bytes_per_second);
  json.EndObject();
  json.Key("written_bytes_per_second");
  json.StartObject();
  for (const MemoryLevel& level : report.machine.levels)
    number(level.name.c_str(), level.written_bytes_per_second);
  json.EndObject();
  json.EndObject();

  json.Key("results");
  json.StartArray();
  for (const Result& result : report.results) {
    json.StartObject();
    text("name", result.name);
    text("element", result.work.is_double ? "double" : "float");
    count("flops", result.work.flops);
    count("bytes", result.work.bytes);
    count("workspace_bytes", result.work.workspace_bytes);
    number("bound", result.bound);
    times("independent", result.independent);
    times("dependent", result.dependent);
    times("cold", result.cold);
    json.Key("peers");
    json.StartObject();
    for (const auto& [name, value] : result.peers) times(name.c_str(), value);
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out << '\n';
}

}  // namespace ctnn::bench
