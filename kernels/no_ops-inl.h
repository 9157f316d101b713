// SPDX-License-Identifier: Apache-2.0
// What isa.cpp compiles once per target: nothing. It only wants foreach_target.h's choice of targets.
