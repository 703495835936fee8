-- What was announced of a version's end, and when a job has to act on it next.
ALTER TABLE versions ADD COLUMN announced_at         DATETIME;
ALTER TABLE versions ADD COLUMN deprecated_at        DATETIME;
ALTER TABLE versions ADD COLUMN sunset_at            DATETIME;
ALTER TABLE versions ADD COLUMN successor_version_id TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN successor_api_id     TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN deprecation_reason   TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN deprecation_due_at   DATETIME;
CREATE INDEX versions_due ON versions (deprecation_due_at) WHERE deprecation_due_at IS NOT NULL;
CREATE INDEX versions_successor ON versions (successor_api_id) WHERE successor_api_id <> '';

-- The teams that have read what is announced of a version. What is announced instead has to be read anew.
CREATE TABLE deprecation_acks (
  version_id TEXT NOT NULL REFERENCES versions (id),
  team_id    TEXT NOT NULL REFERENCES teams (id),
  user_id    TEXT NOT NULL, -- '' for a token of the team
  created_at DATETIME NOT NULL,
  PRIMARY KEY (version_id, team_id)
) WITHOUT ROWID;

