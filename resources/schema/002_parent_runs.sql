-- SPDX-License-Identifier: Apache-2.0
-- Version 2: runs that belong to another run, as a sweep's conversions and evaluations do.

ALTER TABLE runs ADD COLUMN parent_id INTEGER REFERENCES runs(id) ON DELETE SET NULL;
CREATE INDEX runs_by_parent ON runs(parent_id);
