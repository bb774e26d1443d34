#pragma once
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A problem of NIST's Statistical Reference Datasets for nonlinear regression, read from its file as NIST
/// publishes it, in the public domain: https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml.
struct NistProblem {
  std::vector<double> starts[2], certified, x, y;
  double sum_of_squares = 0;

  explicit NistProblem(const std::string& name) {
    std::ifstream file(std::string(CTNN_SOURCE_ROOT "/tests/reference/nist/") + name + ".dat");
    std::string line, word, equals;
    bool in_data = false;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      double first = 0, second = 0, third = 0;
      if (in_data && words >> first >> second) {
        y.push_back(first);
        x.push_back(second);
      } else if (line.starts_with("Data:") && line.find(" y ") != line.npos) {
        in_data = true;
      } else if (line.starts_with("Residual Sum of Squares:")) {
        sum_of_squares = std::stod(line.substr(line.find(':') + 1));
      } else if (words >> word >> equals >> first >> second >> third && word[0] == 'b' && equals == "=") {
        starts[0].push_back(first);
        starts[1].push_back(second);
        certified.push_back(third);
      }
    }
    if (x.empty() || certified.empty()) throw std::runtime_error("no problem of NIST's: " + name);
  }
};
