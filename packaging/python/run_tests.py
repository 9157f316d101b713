#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the package's tests from the source tree; ends with 77, which ctest shows as skipped, where PyTorch is not there."""
import importlib.util
import pathlib
import sys
import unittest

SKIPPED = 77
HERE = pathlib.Path(__file__).resolve().parent


def main():
    missing = [name for name in ("numpy", "torch", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed for {sys.executable}; cmake -DBOOLAB_PYTHON=… names another Python")
        return SKIPPED
    if importlib.util.find_spec("transformers") is None:
        print("transformers is not installed: its tests are skipped")
    sys.path.insert(0, str(HERE))
    result = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.discover(str(HERE / "tests")))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
