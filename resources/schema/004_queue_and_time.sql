-- SPDX-License-Identifier: Apache-2.0
-- Version 4: when a run came to wait for its device, and how long engines have worked on it: a resumed run's time does not count
-- the time in between.

ALTER TABLE runs ADD COLUMN queued_at REAL;
-- Start of the engine at work, where it is not the first; seconds of those before it.
ALTER TABLE runs ADD COLUMN resumed_at REAL;
ALTER TABLE runs ADD COLUMN seconds_before REAL NOT NULL DEFAULT 0;
