-- Documents on their way into the portal. The bytes are in the other database under their hash, '' until they were fetched.
-- version_id is the draft that gets the document, '' for an API that is still to be made.
CREATE TABLE imports (
  id         TEXT PRIMARY KEY,
  team_id    TEXT NOT NULL REFERENCES teams (id),
  api_id     TEXT NOT NULL,
  version_id TEXT NOT NULL,
  source     TEXT NOT NULL,
  url        TEXT NOT NULL,
  file_name  TEXT NOT NULL,
  hash       TEXT NOT NULL,
  state      TEXT NOT NULL,
  attempts   INTEGER NOT NULL, -- how often it was begun
  stage      TEXT NOT NULL,
  share      INTEGER NOT NULL, -- of the whole work, in percent
  message    TEXT NOT NULL,    -- why it failed
  line       INTEGER NOT NULL,
  "column"   INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  ended_at   DATETIME
) WITHOUT ROWID;
CREATE INDEX imports_open ON imports (id) WHERE ended_at IS NULL;
CREATE INDEX imports_ended ON imports (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX imports_hash ON imports (hash);
CREATE INDEX imports_team ON imports (team_id, id);

-- What lists say of a document, so that they need not open the other database.
CREATE TABLE documents (
  hash       TEXT PRIMARY KEY,
  spec       TEXT NOT NULL,
  title      TEXT NOT NULL,
  version    TEXT NOT NULL,
  operations INTEGER NOT NULL,
  errors     INTEGER NOT NULL,
  warnings   INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
