-- SPDX-License-Identifier: Apache-2.0
-- The experiment database, version 1. Times are Unix seconds. A migration file is never edited once released: add the next number.

CREATE TABLE projects (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL DEFAULT '',
    folder     TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL
) STRICT;

CREATE TABLE models (
    id           INTEGER PRIMARY KEY,
    path         TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL DEFAULT '',
    architecture TEXT NOT NULL DEFAULT '',
    parameters   INTEGER NOT NULL DEFAULT 0,
    file_bytes   INTEGER NOT NULL DEFAULT 0,
    opened_at    REAL NOT NULL
) STRICT;

-- AUTOINCREMENT: an id that was shown once never comes to name another run.
-- process: machine boot, pid namespace and start time of the engine, so that a reused pid is not mistaken for it;
-- NULL once the engine has let go of the run.
CREATE TABLE runs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id   INTEGER NOT NULL REFERENCES projects(id),
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'stopped')),
    job          TEXT,
    versions     TEXT,
    result       TEXT,
    device       TEXT NOT NULL DEFAULT '',
    dtype        TEXT NOT NULL DEFAULT '',
    seed         INTEGER NOT NULL DEFAULT 0,
    host         TEXT NOT NULL DEFAULT '',
    pid          INTEGER NOT NULL DEFAULT 0,
    process      TEXT,
    phase        TEXT NOT NULL DEFAULT '',
    message      TEXT NOT NULL DEFAULT '',
    step         INTEGER NOT NULL DEFAULT 0,
    total_steps  INTEGER NOT NULL DEFAULT 0,
    created_at   REAL NOT NULL,
    started_at   REAL,
    ended_at     REAL,
    heartbeat_at REAL,
    resumed_from INTEGER REFERENCES runs(id) ON DELETE SET NULL,
    deleted_at   REAL
) STRICT;
CREATE INDEX runs_by_project ON runs(project_id);

-- Names of metrics and of layer quantities; rows are kept for ever, writers cache the ids.
CREATE TABLE metric_names (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- value: NULL is NaN.
CREATE TABLE metrics (
    run_id    INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    metric_id INTEGER NOT NULL REFERENCES metric_names(id),
    step      INTEGER NOT NULL,
    value     REAL,
    time      REAL NOT NULL,
    PRIMARY KEY (run_id, metric_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer_names (
    run_id   INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- layer_values: one little-endian float32 per layer, in the order of layer_names. With a rowid, for rows of this size.
CREATE TABLE layer_stats (
    run_id       INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    quantity_id  INTEGER NOT NULL REFERENCES metric_names(id),
    step         INTEGER NOT NULL,
    layer_values BLOB NOT NULL,
    PRIMARY KEY (run_id, quantity_id, step)
) STRICT;

CREATE TABLE logs (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    time   REAL NOT NULL,
    level  TEXT NOT NULL,
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX logs_by_run ON logs(run_id, id);

CREATE TABLE artifacts (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    path       TEXT NOT NULL,
    bytes      INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    UNIQUE (run_id, kind, path)
) STRICT;

CREATE TABLE requests (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'checkpoint')),
    created_at REAL NOT NULL,
    taken_at   REAL
) STRICT;
CREATE INDEX requests_by_run ON requests(run_id, taken_at);
