// SPDX-License-Identifier: Apache-2.0
// The objects that nvcc made of the CUDA ops.
#pragma once

#include <QStringList>

inline const QStringList kSources = {"svid.cu",          "refine.cu",    "bool_gemm.cu",
                                     "dense_weight.cu",  "flip_step.cu", "read_gradient.cu",
                                     "flip_selection.cu"};
inline const QStringList kTargets = QString(BOOLAB_CUDA_TARGETS).split(',', Qt::SkipEmptyParts);

inline QString objectOf(const QString& source)
{
    return QString(BOOLAB_CUDA_OBJECTS) + "/" + source + ".o";
}
