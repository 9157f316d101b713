// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <map>
#include <string>

namespace boolab::kernels::cuda
{

/// Writes what the emulated device is given and what it answers, launch by launch, to a file that
/// replay.py runs again from PTX. Records, each a line and then its bytes:
///
///   write ADDRESS SIZE      memory as the host left it
///   free ADDRESS
///   launch KERNEL GX GY GZ BLOCK ARGUMENTS, then per argument "SIZE" and its bytes
///   expect ADDRESS SIZE     memory that the launch changed, as it must be after it
///   end                     of a launch; all other memory must be as it was
class LaunchRecorder : public emulation::Observer
{
public:
    explicit LaunchRecorder(const std::string& path);
    ~LaunchRecorder() override;
    LaunchRecorder(const LaunchRecorder&) = delete;
    LaunchRecorder& operator=(const LaunchRecorder&) = delete;

    bool written() const { return m_file && !std::ferror(m_file); }

private:
    void before(const emulation::Launch& launch) override;
    void after() override;
    /// Writes what has changed since it was last looked at.
    void writeChanges(const char* word);
    void put(const std::string& bytes);

    std::FILE* m_file;
    std::map<char*, std::string> m_memory; ///< as the file's reader knows it
};

} // namespace boolab::kernels::cuda
