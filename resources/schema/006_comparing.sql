-- SPDX-License-Identifier: Apache-2.0
-- Version 6: comparisons of runs that are kept under a name, and the prompts that models were asked.

-- settings: JSON, how it is looked at (the axis, smoothing, the metrics shown).
CREATE TABLE comparisons (
    name        TEXT PRIMARY KEY,
    settings    TEXT NOT NULL DEFAULT '{}',
    baseline_id INTEGER REFERENCES runs(id) ON DELETE SET NULL,
    changed_at  REAL NOT NULL
) STRICT;
CREATE TABLE comparison_runs (
    comparison TEXT NOT NULL REFERENCES comparisons(name) ON DELETE CASCADE ON UPDATE CASCADE,
    run_id     INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    PRIMARY KEY (comparison, run_id)
) STRICT, WITHOUT ROWID;

-- settings: JSON, how it was sampled (tokens, temperature, seed, chat).
CREATE TABLE prompts (
    id       INTEGER PRIMARY KEY,
    text     TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL DEFAULT '{}',
    pinned   INTEGER NOT NULL DEFAULT 0,
    used_at  REAL NOT NULL
) STRICT;
