-- Which version of an API is its main one follows from the states and the clock, and is asked each time.
ALTER TABLE apis DROP COLUMN main_version_id;

-- What was done about the end of versions, with what held from then on: the feeds tell of it.
CREATE TABLE version_ends (
  id                   TEXT PRIMARY KEY,
  version_id           TEXT NOT NULL REFERENCES versions (id),
  act                  TEXT NOT NULL,
  deprecated_at        DATETIME,
  sunset_at            DATETIME,
  successor_version_id TEXT NOT NULL,
  successor_api_id     TEXT NOT NULL,
  reason               TEXT NOT NULL,
  created_at           DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX version_ends_time ON version_ends (created_at);
CREATE INDEX version_ends_version ON version_ends (version_id);
