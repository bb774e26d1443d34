#pragma once
#include <ctnn/bench/measure.hpp>
#include <ctnn/bench/program_call.hpp>
#include <memory>
#include <string>

namespace ctnn::bench {

/// The same work done by somebody else.
struct PeerJob {
  std::string name;
  Job job;
};

/// One row of the report: a call, and what it does.
struct Task {
  std::string name;
  Work work;
  Job independent;
  /// Each call waits for the result of the one before. May be missing, as may the next.
  Job dependent{};
  /// Single calls with their data in no cache; the code is in one.
  Job cold{};
  std::vector<PeerJob> peers{};
};

/// The task of a callable object with `work`, and perhaps `chain` and `flush`, as ProgramCall has them.
template <class Call>
Task make_task(std::string name, std::shared_ptr<Call> call) {
  Task task{std::move(name), Call::work, repeat([call]() CTNN_INLINED { (*call)(); })};
  if constexpr (requires { call->chain(); })
    task.dependent = repeat([call]() CTNN_INLINED {
      (*call)();
      call->chain();
    });
  if constexpr (ctnn::bench::detail::can_flush && requires { call->flush(); })
    task.cold = single([call] { call->flush(); }, [call]() CTNN_INLINED { (*call)(); });
  return task;
}

}  // namespace ctnn::bench
