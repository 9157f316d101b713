// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>
#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// A port of the loopback that nobody listens on now.
inline std::uint16_t freePort()
{
    const int file = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(file, any, size) != 0 || getsockname(file, any, &size) != 0) qFatal("no free port");
    close(file);
    return ntohs(address.sin_port);
}
