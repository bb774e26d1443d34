#include <catch2/catch.hpp>
#include <ctnn/core/thread_pool.hpp>
#include <stdexcept>
#include <string>

namespace {

using ctnn::ThreadPool;

TEST_CASE("a pool does each task once, in every round") {
  const std::size_t threads = GENERATE(1u, 2u, 3u, 8u);
  ThreadPool pool(threads);
  CHECK(pool.size() == threads);
  for (std::size_t count : {0u, 1u, 2u, 7u, 100u}) {
    for (int round = 0; round < 50; ++round) {
      std::vector<int> calls(count);
      std::vector<std::atomic<int>> inside(threads);
      std::atomic<bool> alone = true;
      pool.run(count, [&](std::size_t i, std::size_t thread) {
        if (thread >= threads || inside[thread]++ != 0) alone = false;
        ++calls[i];
        --inside[thread];
      });
      REQUIRE(std::all_of(calls.begin(), calls.end(), [](int times) { return times == 1; }));
      REQUIRE(alone);
    }
  }
}

TEST_CASE("the threads of a pool run at the same time") {
  ThreadPool pool(3);
  // Each task waits for all others to have begun.
  std::atomic<int> begun = 0;
  pool.run(3, [&](std::size_t, std::size_t) {
    ++begun;
    while (begun < 3) std::this_thread::yield();
  });
  CHECK(begun == 3);
}

TEST_CASE("an exception of any task reaches the caller, and the pool works on") {
  const std::size_t threads = GENERATE(1u, 2u, 4u);
  ThreadPool pool(threads);
  for (std::size_t bad : {0u, 5u, 19u}) {
    std::atomic<std::size_t> done = 0;
    CHECK_THROWS_WITH(pool.run(20,
                               [&](std::size_t i, std::size_t) {
                                 if (i == bad) throw std::runtime_error("task " + std::to_string(i));
                                 ++done;
                               }),
                      "task " + std::to_string(bad));
    CHECK(done < 20);
    std::atomic<std::size_t> sum = 0;
    pool.run(20, [&](std::size_t i, std::size_t) { sum += i; });
    CHECK(sum == 190);
  }
  // When all throw, one of them arrives.
  CHECK_THROWS_AS(pool.run(20, [](std::size_t, std::size_t) { throw std::out_of_range(""); }),
                  std::out_of_range);
}

TEST_CASE("a pool of 0 threads has as many as the machine runs at once") {
  CHECK(ThreadPool(0).size() == std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace
