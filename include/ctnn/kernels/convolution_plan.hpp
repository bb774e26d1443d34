#pragma once
#include <algorithm>
#include <cstddef>

#include <ctnn/kernels/block.hpp>
#include <ctnn/kernels/image.hpp>
#include <ctnn/kernels/tile.hpp>

/// How a convolution is cut into register tiles.
namespace ctnn::kernels {

/// A tile of height x width positions of a grid, and `vectors` batches of `lanes` of something else at each;
/// or of `rows` of something else, and height x width batches along a grid's rows. Either the width is the
/// grid's, or the height is 1.
struct GridTile {
  std::size_t lanes, height, width, others, cost;
};

/// The cheapest tile over a grid of height x width cells and `others` more, where `cells` says how many of a
/// tile's registers lie along the grid: as rows of the tile (broadcast) or as its vectors.
template <class T>
constexpr GridTile choose_grid_tile(std::size_t lane_count, Pair grid, std::size_t others, std::size_t depth,
                                    bool cells_are_rows) {
  const auto tile_cost = [&](std::size_t cells, std::size_t other) {
    const TileCost tile{lane_count * sizeof(T), cells_are_rows ? cells : other,
                        cells_are_rows ? other : cells};
    return tile.total(depth) + depth * (std::max<std::size_t>(tile.step(), 16) - tile.step());
  };
  const auto fits = [&](std::size_t cells, std::size_t other) {
    return cells * other + (cells_are_rows ? other : cells) + 1 <= register_count;
  };
  const auto total = [&](std::size_t cells, std::size_t times, std::size_t rest_cells, std::size_t rest_times,
                         std::size_t other) {
    const std::size_t rest = others % other;
    std::size_t cost = times * (others / other) * tile_cost(cells, other);
    if (rest_times != 0) cost += rest_times * (others / other) * tile_cost(rest_cells, other);
    if (rest != 0) cost += times * tile_cost(cells, rest);
    if (rest != 0 && rest_times != 0) cost += rest_times * tile_cost(rest_cells, rest);
    return cost;
  };
  GridTile best{lane_count, 1, 1, 1, static_cast<std::size_t>(-1)};
  for (std::size_t other = 1; other <= std::min<std::size_t>(others, 16); ++other) {
    for (std::size_t width = 1; width <= grid.width && fits(width, other); ++width) {
      const std::size_t cost = total(width, grid.height * (grid.width / width), grid.width % width,
                                     grid.width % width != 0 ? grid.height : 0, other);
      if (cost < best.cost) best = {lane_count, 1, width, other, cost};
    }
    for (std::size_t height = 2; height <= grid.height && fits(height * grid.width, other); ++height) {
      const std::size_t cost = total(height * grid.width, grid.height / height,
                                     grid.height % height * grid.width, grid.height % height != 0, other);
      if (cost < best.cost) best = {lane_count, height, grid.width, other, cost};
    }
  }
  return best;
}

/// The best of all widths of batches. `vectors_along_grid`: a batch holds neighbours in a row of the grid;
/// otherwise it holds `others` of them at one cell.
template <class T>
constexpr GridTile choose_grid_tile(Pair grid, std::size_t others, std::size_t depth,
                                    bool vectors_along_grid) {
  GridTile best{1, 1, 1, 1, static_cast<std::size_t>(-1)};
  for (std::size_t lane_count = lanes<Batch<T>>;
       lane_count * sizeof(T) >= 16 || lane_count == lanes<Batch<T>>; lane_count /= 2) {
    const GridTile tile =
        vectors_along_grid
            ? choose_grid_tile<T>(lane_count, {grid.height, ceil_divide(grid.width, lane_count)}, others,
                                  depth, false)
            : choose_grid_tile<T>(lane_count, grid, ceil_divide(others, lane_count), depth, true);
    if (tile.cost < best.cost) best = tile;
  }
  return best;
}

/// A convolution of kernel 1 x 1 sees an image as one long row.
constexpr ConvolutionSizes flattened(ConvolutionSizes s) {
  if (s.window == Window{{1, 1}}) s.image = {1, s.image.height * s.image.width};
  return s;
}

/// Calls tile(y, x, height, width) with the tile's extents as constants, over all of a grid's rows from
/// `first` to `last` (constants as well).
template <Pair Grid, Pair Tile, class Function>
CTNN_INLINE void for_each_tile(Function&& function) {
  if constexpr (Tile.width == Grid.width) {
    std::size_t y = 0;
    for (; y + Tile.height <= Grid.height; y += Tile.height) {
      function.template operator()<Tile.height, Tile.width>(y, 0);
    }
    if constexpr (Grid.height % Tile.height != 0) {
      function.template operator()<Grid.height % Tile.height, Tile.width>(y, 0);
    }
  } else {
    for (std::size_t y = 0; y < Grid.height; ++y) {
      std::size_t x = 0;
      for (; x + Tile.width <= Grid.width; x += Tile.width) {
        function.template operator()<1, Tile.width>(y, x);
      }
      if constexpr (Grid.width % Tile.width != 0)
        function.template operator()<1, Grid.width % Tile.width>(y, x);
    }
  }
}

/// Calls function<N>(begin) for runs of Step, and of what remains, up to Count.
template <std::size_t Count, std::size_t Step, class Function>
CTNN_INLINE void for_each_run(Function&& function) {
  std::size_t begin = 0;
  for (; begin + Step <= Count; begin += Step) function.template operator()<Step>(begin);
  if constexpr (Count % Step != 0) function.template operator()<Count % Step>(begin);
}

}  // namespace ctnn::kernels
