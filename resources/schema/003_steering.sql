-- SPDX-License-Identifier: Apache-2.0
-- Version 3: what happened at a step, texts to read beside the teacher's, and settings changed while a run goes on.
-- AUTOINCREMENT: a resumed run drops rows; a reader that asks for what came after an id must not meet it again.

CREATE TABLE run_events (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step   INTEGER NOT NULL,
    time   REAL NOT NULL,
    kind   TEXT NOT NULL,
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_by_run ON run_events(run_id, id);

CREATE TABLE text_samples (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id  INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step    INTEGER NOT NULL,
    time    REAL NOT NULL,
    prompt  TEXT NOT NULL,
    teacher TEXT NOT NULL,
    student TEXT NOT NULL
) STRICT;
CREATE INDEX text_samples_by_run ON text_samples(run_id, id);

-- A request 'set' names a live option of the job and its new value as JSON. taken_step: where the engine took it over;
-- a run that is resumed from an earlier step goes on without it, and keeps the others with its checkpoint.
CREATE TABLE requests_3 (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'checkpoint', 'set')),
    key        TEXT,
    value      TEXT,
    created_at REAL NOT NULL,
    taken_at   REAL,
    taken_step INTEGER,
    CHECK ((kind = 'set') = (key IS NOT NULL)),
    CHECK ((key IS NULL) = (value IS NULL))
) STRICT;
INSERT INTO requests_3(id, run_id, kind, created_at, taken_at)
    SELECT id, run_id, kind, created_at, taken_at FROM requests;
DROP TABLE requests;
ALTER TABLE requests_3 RENAME TO requests;
CREATE INDEX requests_by_run ON requests(run_id, taken_at);
