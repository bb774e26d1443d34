#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace ctnn {

/// Threads that share out tasks. The caller is one of them, so that a pool of one starts none.
class ThreadPool {
 public:
  /// `threads` in all, at least one; 0 is as many as the machine runs at once. Throws std::system_error where
  /// the system refuses one.
  [[gnu::cold]] explicit ThreadPool(std::size_t threads) : ThreadPool() {
    for (std::size_t i = 1, size = resolve(threads); i < size; ++i)
      workers_.emplace_back([this, i] { work(i); });
  }
  [[gnu::cold]] ~ThreadPool() {
    task_ = nullptr;
    begin_round();
    for (std::thread& worker : workers_) worker.join();
  }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// What a number of threads means: itself, or for 0 as many as the machine runs at once.
  static std::size_t resolve(std::size_t threads) {
    return threads != 0 ? threads : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  }
  std::size_t size() const { return workers_.size() + 1; }

  /// Calls task(i, thread) once for each i < count, in any order, and returns when all are done. `thread`,
  /// less than size(), is the same for no two calls at a time. If a task throws, those not begun are left
  /// out, and the first exception is thrown here.
  template <class Task>
  void run(std::size_t count, const Task& task) {
    run(count, std::addressof(task), [](const void* erased, std::size_t i, std::size_t thread) {
      (*static_cast<const Task*>(erased))(i, thread);
    });
  }

 private:
  ThreadPool() = default;

  using Call = void (*)(const void* task, std::size_t i, std::size_t thread);

  [[gnu::noinline]] void run(std::size_t count, const void* task, Call call) {
    if (workers_.empty() || count < 2) {
      for (std::size_t i = 0; i < count; ++i) call(task, i, 0);
      return;
    }
    task_ = task;
    call_ = call;
    count_ = count;
    next_ = 0;
    failed_ = false;
    running_ = static_cast<unsigned>(workers_.size());
    begin_round();
    take_tasks(0);
    for (unsigned running = running_; running != 0; running = running_) running_.wait(running);
    if (failed_) std::rethrow_exception(std::exchange(error_, nullptr));
  }
  void begin_round() {
    ++round_;
    round_.notify_all();
  }
  void work(std::size_t thread) {
    for (unsigned round = 0;; ++round) {
      round_.wait(round);
      if (task_ == nullptr) return;
      take_tasks(thread);
      if (--running_ == 0) running_.notify_one();
    }
  }
  void take_tasks(std::size_t thread) {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        call_(task_, i, thread);
      } catch (...) {
        if (!failed_.exchange(true)) error_ = std::current_exception();
        next_ = count_;
      }
    }
  }
  std::vector<std::thread> workers_;
  const void* task_ = nullptr;
  Call call_ = nullptr;
  std::size_t count_ = 0;
  std::exception_ptr error_;
  alignas(64) std::atomic<unsigned> round_ = 0, running_ = 0;
  alignas(64) std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
};

}  // namespace ctnn
