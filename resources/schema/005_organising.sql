-- SPDX-License-Identifier: Apache-2.0
-- Version 5: what people do to keep their runs in order, and figures to search by.

ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT ''; -- Markdown
ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN archived_at REAL;

CREATE TABLE run_tags (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    tag    TEXT NOT NULL,
    PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_filters (
    name       TEXT PRIMARY KEY,
    query      TEXT NOT NULL,
    created_at REAL NOT NULL
) STRICT;

-- One row per curve, so that a list of runs never reads the curves. value: at the last step, NULL is NaN; lowest and highest leave
-- NaN out.
CREATE TABLE metric_summaries (
    run_id    INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    metric_id INTEGER NOT NULL REFERENCES metric_names(id),
    step      INTEGER NOT NULL,
    value     REAL,
    lowest    REAL,
    highest   REAL,
    PRIMARY KEY (run_id, metric_id)
) STRICT, WITHOUT ROWID;
INSERT INTO metric_summaries(run_id, metric_id, step, value, lowest, highest)
    SELECT s.run_id, s.metric_id, s.step, m.value, s.lowest, s.highest
    FROM (SELECT run_id, metric_id, max(step) AS step, min(value) AS lowest, max(value) AS highest
          FROM metrics GROUP BY run_id, metric_id) s
    JOIN metrics m ON m.run_id = s.run_id AND m.metric_id = s.metric_id AND m.step = s.step;

-- Of models that were looked at: found again by content, whatever their path. bytes and changed_at tell whether it still holds.
CREATE TABLE content_hashes (
    path       TEXT PRIMARY KEY,
    bytes      INTEGER NOT NULL,
    changed_at REAL NOT NULL,
    hash       TEXT NOT NULL
) STRICT;
