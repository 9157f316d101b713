// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <QString>

namespace boolab::ui
{

/// "model.layers.3.self_attn.q_proj" taken apart.
struct LayerName {
    int block = -1; ///< -1: outside the blocks
    QString part;   ///< "q_proj"
    QString full;

    static LayerName from(const std::string& name);
    /// "block 3, q_proj".
    QString spoken() const;
};

std::vector<LayerName> layerNamesFrom(const std::vector<std::string>& names);
/// The parts that occur, in order of appearance: a colour each.
std::vector<QString> partsOf(const std::vector<LayerName>& names);

} // namespace boolab::ui
