CREATE TABLE workspaces (
    key TEXT PRIMARY KEY,
    resource_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE rules (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    etag TEXT NOT NULL,
    properties TEXT NOT NULL,
    UNIQUE (workspace, key)
);
CREATE TABLE actions (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    rule TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    etag TEXT NOT NULL,
    properties TEXT NOT NULL,
    UNIQUE (workspace, rule, key)
);
CREATE TABLE sequence (last INTEGER NOT NULL);
INSERT INTO sequence VALUES (0);
