#pragma once
#ifdef CTNN_PEER_DNNL
#include <dnnl.hpp>
#include <span>
#include <unordered_map>
#include <vector>

namespace bench {

/// oneDNN's convolution of one image, without a bias. Weights are in the layout that it likes best before the
/// first call; image and result are NCHW, and what it rearranges of them is part of a call. Set
/// OMP_NUM_THREADS=1.
template <std::size_t In, std::size_t Side, std::size_t Out, std::size_t Kernel, std::size_t Padding>
class OneDnnConvolution {
  using Memory = dnnl::memory;
  using Format = Memory::format_tag;
  static constexpr auto real = Memory::data_type::f32;
  static constexpr std::size_t out_side = Side + 2 * Padding - Kernel + 1;

 public:
  static constexpr const char* name = "oneDNN";

  OneDnnConvolution(std::span<const float> weight, std::span<const float> input)
      : input_(input.begin(), input.end()), output_(Out * out_side * out_side) {
    const Memory::dims image{1, In, Side, Side}, kernel{Out, In, Kernel, Kernel},
        result{1, Out, out_side, out_side}, padding{Padding, Padding};
    const dnnl::convolution_forward::primitive_desc chosen({dnnl::prop_kind::forward_inference,
                                                            dnnl::algorithm::convolution_direct,
                                                            {image, real, Format::any},
                                                            {kernel, real, Format::any},
                                                            {result, real, Format::any},
                                                            {1, 1},
                                                            padding,
                                                            padding},
                                                           engine_);
    std::vector<float> plain(weight.begin(), weight.begin() + Out * In * Kernel * Kernel);
    Memory from({kernel, real, Format::oihw}, engine_, plain.data());
    Memory packed(chosen.weights_desc(), engine_);
    dnnl::reorder(from, packed).execute(stream_, from, packed);
    stream_.wait();

    Memory source({image, real, Format::nchw}, engine_, input_.data());
    Memory target({result, real, Format::nchw}, engine_, output_.data());
    Memory own_source = source, own_target = target;
    if (chosen.src_desc() != source.get_desc()) {
      own_source = Memory(chosen.src_desc(), engine_);
      add(dnnl::reorder(source, own_source), {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, own_source}});
    }
    if (chosen.dst_desc() != target.get_desc()) own_target = Memory(chosen.dst_desc(), engine_);
    add(dnnl::convolution_forward(chosen),
        {{DNNL_ARG_SRC, own_source}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, own_target}});
    if (chosen.dst_desc() != target.get_desc())
      add(dnnl::reorder(own_target, target), {{DNNL_ARG_FROM, own_target}, {DNNL_ARG_TO, target}});
  }
  void operator()() {
    for (auto& [primitive, arguments] : steps_) primitive.execute(stream_, arguments);
    stream_.wait();
  }
  std::span<const float> output() const { return output_; }

 private:
  using Arguments = std::unordered_map<int, Memory>;
  void add(dnnl::primitive primitive, Arguments arguments) {
    steps_.emplace_back(std::move(primitive), std::move(arguments));
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<float> input_, output_;
  std::vector<std::pair<dnnl::primitive, Arguments>> steps_;
};

}  // namespace bench
#endif
