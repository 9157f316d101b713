// SPDX-License-Identifier: Apache-2.0
// The scalar reference of every op: one loop per index, the definition that the vector code is tested
// against, and what BOOLAB_FORCE_ISA=reference runs. Bits equal those of the vector code for pack_signs,
// unpack_signs, dense_weight_*, bool_gemm, row_gemm, error_feedback, sign_descent, flip_step and
// rotate_heads; the others sum in double and agree within the vector code's float rounding.
#pragma once

#include "kernels/attention.h"
#include "kernels/bool_gemm.h"
#include "kernels/error_feedback.h"
#include "kernels/flip_step.h"
#include "kernels/row_gemm.h"
#include "kernels/sign_descent.h"
#include "kernels/svid.h"

namespace boolab::kernels
{

void pack_signs_ref(const float* values, std::int64_t M, std::int64_t N, std::uint8_t* bits);
void unpack_signs_ref(const std::uint8_t* bits, std::int64_t M, std::int64_t N, float* values);
void dense_weight_f32_ref(const BoolKernels& layer, float* W);
void dense_weight_bf16_ref(const BoolKernels& layer, std::uint16_t* W);
void bool_gemm_ref(const PackedKernels& layer, const float* x, std::int64_t T, float* y);
void row_gemm_ref(const RowMatrix& W, const float* x, std::int64_t T, float* y);
void attention_ref(const AttentionTask& task, std::int64_t H);
void scale_gradient_ref(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn);
/// columnWeights as for refine, or null.
void svid_ref(const float* W, const float* columnWeights, const BoolKernels& layer, double* errors);
void refine_ref(const float* W, const float* columnWeights, const RefineConfig& config,
                const BoolKernels& layer, double* errors);
/// The level sum_k +-u_k v_k nearest to w, u_k = scaleOut[k * outStride], v_k = scaleIn[k * inStride]; ties
/// go to the first code in ascending order. Bit k of `code`: kernel k takes +1.
float nearest_level_ref(const float* scaleOut, const float* scaleIn, std::int64_t K, std::int64_t outStride,
                        std::int64_t inStride, float w, std::uint8_t& code);
void error_feedback_ref(const FeedbackBlock& block);
void sign_descent_ref(const DescentBlock& block);
std::int64_t flip_step_ref(const BoolKernels& layer, std::int64_t k, const float* G, const FlipConfig& config,
                           const FlipState& state);
double distillation_kl_ref(float* student, float* teacher, std::int64_t rows, std::int64_t V,
                           double temperature);
void rms_norm_ref(const float* x, const float* weight, std::int64_t R, std::int64_t C, double eps, float* y,
                  float* inverseRms);
void rms_norm_ref(const std::uint16_t* x, const std::uint16_t* weight, std::int64_t R, std::int64_t C,
                  double eps, std::uint16_t* y, float* inverseRms);
void rms_norm_gradient_ref(const float* x, const float* weight, const float* inverseRms, const float* gradY,
                           std::int64_t R, std::int64_t C, float* gradX, float* gradWeight);
void rms_norm_gradient_ref(const std::uint16_t* x, const std::uint16_t* weight, const float* inverseRms,
                           const std::uint16_t* gradY, std::int64_t R, std::int64_t C, std::uint16_t* gradX,
                           float* gradWeight);
void rotate_heads_ref(const float* x, const float* cosine, const float* sine, std::int64_t R, std::int64_t T,
                      std::int64_t H, std::int64_t D, bool backwards, float* y);
void rotate_heads_ref(const std::uint16_t* x, const float* cosine, const float* sine, std::int64_t R,
                      std::int64_t T, std::int64_t H, std::int64_t D, bool backwards, std::uint16_t* y);
void swiglu_ref(const float* gate, const float* up, std::int64_t size, float* y);
void swiglu_ref(const std::uint16_t* gate, const std::uint16_t* up, std::int64_t size, std::uint16_t* y);
void swiglu_gradient_ref(const float* gate, const float* up, const float* gradY, std::int64_t size,
                         float* gradGate, float* gradUp);
void swiglu_gradient_ref(const std::uint16_t* gate, const std::uint16_t* up, const std::uint16_t* gradY,
                         std::int64_t size, std::uint16_t* gradGate, std::uint16_t* gradUp);

} // namespace boolab::kernels
