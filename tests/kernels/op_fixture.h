// SPDX-License-Identifier: Apache-2.0
// What the op tests share: seeded layers and matrices, the rows {instruction set, threads}, comparison by
// bits.
#pragma once

#include <QtTest>
#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/bool_kernels.h"
#include "kernels/isa.h"

namespace boolab::kernels
{

inline std::vector<float> gaussian(std::int64_t size, unsigned seed, float deviation = 1.0f)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, deviation);
    std::vector<float> values;
    for (std::int64_t i = 0; i < size; ++i)
        values.push_back(normal(generator));
    return values;
}

/// A layer that owns its memory.
struct OwnedLayer {
    OwnedLayer(std::int64_t K, std::int64_t M, std::int64_t N)
        : K(K), M(M), N(N), bits(std::size_t(K * M * row_bytes(N))), scaleOut(std::size_t(K * M)),
          scaleIn(std::size_t(K * N))
    {
    }

    static OwnedLayer random(std::int64_t K, std::int64_t M, std::int64_t N, unsigned seed)
    {
        OwnedLayer layer(K, M, N);
        std::mt19937 generator(seed);
        for (auto& byte : layer.bits)
            byte = std::uint8_t(generator());
        if (N % 8)
            for (std::int64_t row = 0; row < K * M; ++row)
                layer.bits[std::size_t((row + 1) * row_bytes(N) - 1)] &= std::uint8_t((1 << (N % 8)) - 1);
        layer.scaleOut = gaussian(K * M, seed + 1);
        layer.scaleIn = gaussian(K * N, seed + 2);
        return layer;
    }

    BoolKernels view() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }
    bool operator==(const OwnedLayer&) const = default;

    std::int64_t K, M, N;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn;
};

/// Rows of a data-driven case: every instruction set with one and with three threads, or the one that
/// BOOLAB_FORCE_ISA names.
inline void addBackendRows()
{
    QTest::addColumn<QString>("isa");
    QTest::addColumn<int>("threads");
    const bool forced = qEnvironmentVariableIsSet("BOOLAB_FORCE_ISA");
    const auto names =
        forced ? std::vector<std::string>{qgetenv("BOOLAB_FORCE_ISA").toStdString()} : supported_isas();
    for (const auto& name : names)
        for (const int threads : {1, 3})
            QTest::addRow("%s, %d threads", name.c_str(), threads) << QString::fromStdString(name) << threads;
}

/// Fetches a row's backend and makes it the active one until the end of the case.
struct Backend {
    Backend()
    {
        QFETCH(QString, isa);
        QFETCH(int, threads);
        this->threads = threads;
        if (const auto forced = force_isa(isa.toStdString()); !forced) qFatal("%s", forced.error().c_str());
    }
    ~Backend() { std::ignore = force_isa("reference"); }
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    int threads = 1;
};

/// Empty where all are equal bit for bit, else the first differing index and both values.
template <class T> QByteArray firstDifference(const std::vector<T>& actual, const std::vector<T>& expected)
{
    if (actual.size() != expected.size()) return "sizes differ";
    for (std::size_t i = 0; i < actual.size(); ++i)
        if (std::memcmp(&actual[i], &expected[i], sizeof(T)) != 0)
            return "index " + QByteArray::number(qulonglong(i)) + ": " +
                   QByteArray::number(double(actual[i])) + ", expected " +
                   QByteArray::number(double(expected[i]));
    return {};
}

/// Largest |actual - expected| over the largest |expected|.
inline double relativeDistance(const std::vector<float>& actual, const std::vector<double>& expected)
{
    double worst = 0.0, size = 1e-300;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        worst = std::max(worst, std::abs(double(actual[i]) - expected[i]));
        size = std::max(size, std::abs(expected[i]));
    }
    return worst / size;
}

/// Sizes from nothing to beyond two vectors, and one that crosses the row pieces and the float sums' flush.
inline std::vector<std::pair<std::int64_t, std::int64_t>> awkwardShapes()
{
    std::vector<std::pair<std::int64_t, std::int64_t>> shapes;
    for (std::int64_t N = 0; N <= 33; ++N)
        shapes.emplace_back(N % 4 + 1, N);
    shapes.insert(shapes.end(), {{0, 5}, {33, 7}, {70, 531}, {65, 1040}});
    return shapes;
}

} // namespace boolab::kernels
