# SPDX-License-Identifier: Apache-2.0
"""The memories of a device: every access outside a buffer, unaligned, unordered or of what nobody wrote is a fault."""

import bisect

import numpy as np


class Fault(Exception):
    pass


def add_in_turn(memory: np.ndarray, places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Each value to its 32-bit word, lane after lane; what was there before."""
    words = memory[: len(memory) // 4 * 4].view(np.uint32)
    before = np.zeros_like(values)
    for i, place in enumerate(places):
        before[i] = words[int(place) // 4]
        words[int(place) // 4] += values[i]
    return before


class GlobalMemory:
    """Buffers at the addresses that the recorded program had them at."""

    def __init__(self):
        self.buffers: dict[int, np.ndarray] = {}
        self._starts: list[int] = []

    def write(self, address: int, content: bytes) -> None:
        if address not in self.buffers:
            bisect.insort(self._starts, address)
        self.buffers[address] = np.frombuffer(content, np.uint8).copy()

    def free(self, address: int) -> None:
        del self.buffers[address]
        self._starts.remove(address)

    def _find(self, addresses: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        first, last = int(addresses.min()), int(addresses.max())
        place = bisect.bisect_right(self._starts, first) - 1
        if place < 0:
            raise Fault(f"access to no buffer at {first:#x}")
        start = self._starts[place]
        buffer = self.buffers[start]
        if last + size > start + len(buffer):
            raise Fault(f"access {last + size - start - len(buffer)} bytes beyond a buffer of {len(buffer)}")
        if (addresses % np.uint64(size)).any():
            raise Fault("unaligned access")
        return buffer, (addresses - np.uint64(start)).astype(np.int64)[:, None] + np.arange(size)

    def load(self, addresses: np.ndarray, size: int, lanes: np.ndarray) -> np.ndarray:
        buffer, places = self._find(addresses, size)
        return buffer[places]

    def store(self, addresses: np.ndarray, content: np.ndarray, lanes: np.ndarray) -> None:
        buffer, places = self._find(addresses, content.shape[1])
        if len(np.unique(addresses)) != len(addresses):
            raise Fault("two lanes store to one place")
        buffer[places] = content

    def atomic_add(self, addresses: np.ndarray, values: np.ndarray, lanes: np.ndarray) -> np.ndarray:
        buffer, places = self._find(addresses, 4)
        return add_in_turn(buffer, places[:, 0], values)


class SharedMemory:
    """Of one block. Two threads' accesses to a byte need a barrier between them unless both read or both are atomic."""

    NOBODY, SEVERAL = -1, -2

    def __init__(self, size: int):
        self.bytes = np.zeros(size, np.uint8)
        self.interval = 0  # barriers passed
        self._written = np.zeros(size, bool)
        # Per kind of access: in which interval, by which thread.
        self._seen = {kind: (np.full(size, -1), np.full(size, self.NOBODY)) for kind in ("read", "write", "atomic")}

    def _places(self, addresses: np.ndarray, size: int) -> np.ndarray:
        if (addresses % np.uint64(size)).any():
            raise Fault("unaligned shared access")
        places = addresses.astype(np.int64)[:, None] + np.arange(size)
        if places.min() < 0 or places.max() >= len(self.bytes):
            raise Fault("shared access out of bounds")
        return places

    def _note(self, kind: str, places: np.ndarray, threads: np.ndarray) -> None:
        own = threads[:, None]
        for other, (interval, thread) in self._seen.items():
            if kind == other and kind != "write":
                continue
            if ((interval[places] == self.interval) & (thread[places] != own)).any():
                raise Fault(f"shared-memory race of {kind} and {other}")
        if kind == "write" and len(np.unique(places)) != places.size:
            raise Fault("shared-memory race of two writes")
        interval, thread = self._seen[kind]
        alone = (interval[places] != self.interval) | (thread[places] == own)
        interval[places] = self.interval
        thread[places] = np.where(alone, own, self.SEVERAL)
        if kind != "write":  # lanes of one instruction at one place
            unique, count = np.unique(places, return_counts=True)
            thread[unique[count > 1]] = self.SEVERAL

    def load(self, addresses: np.ndarray, size: int, threads: np.ndarray) -> np.ndarray:
        places = self._places(addresses, size)
        if not self._written[places].all():
            raise Fault("read of shared memory that nobody wrote")
        self._note("read", places, threads)
        return self.bytes[places]

    def store(self, addresses: np.ndarray, content: np.ndarray, threads: np.ndarray) -> None:
        places = self._places(addresses, content.shape[1])
        self._note("write", places, threads)
        self._written[places] = True
        self.bytes[places] = content

    def atomic_add(self, addresses: np.ndarray, values: np.ndarray, threads: np.ndarray) -> np.ndarray:
        places = self._places(addresses, 4)
        if not self._written[places].all():
            raise Fault("atomic on shared memory that nobody wrote")
        self._note("atomic", places, threads)
        return add_in_turn(self.bytes, places[:, 0], values)
