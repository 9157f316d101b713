-- SPDX-License-Identifier: Apache-2.0
-- Where the database lay when it was made, or first opened by a Boolab that writes this down. Its runs name files by absolute paths: a
-- copy of it names the same files, and must not remove them.
CREATE TABLE database_place (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    path TEXT NOT NULL
) STRICT;
