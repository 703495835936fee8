-- An API that its owners offer to another team. It is theirs when that team accepts; one offer at a time.
CREATE TABLE api_transfers (
  api_id       TEXT PRIMARY KEY REFERENCES apis (id),
  from_team_id TEXT NOT NULL REFERENCES teams (id),
  to_team_id   TEXT NOT NULL REFERENCES teams (id),
  offered_by   TEXT NOT NULL,
  created_at   DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX api_transfers_to ON api_transfers (to_team_id);
