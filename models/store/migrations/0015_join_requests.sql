-- A team may let people whose verified address is of one mail domain ask to join; '' takes no requests.
ALTER TABLE teams ADD COLUMN join_domain TEXT NOT NULL DEFAULT '';
CREATE INDEX teams_join_domain ON teams (join_domain, name, id) WHERE join_domain <> '' AND deleted_at IS NULL;

-- What became of them stays: who was declined does not ask again and again.
CREATE TABLE join_requests (
  id          TEXT PRIMARY KEY,
  team_id     TEXT NOT NULL REFERENCES teams (id),
  user_id     TEXT NOT NULL REFERENCES users (id),
  state       TEXT NOT NULL,
  answered_by TEXT NOT NULL DEFAULT '',
  created_at  DATETIME NOT NULL,
  closed_at   DATETIME
) WITHOUT ROWID;
CREATE UNIQUE INDEX join_requests_open ON join_requests (team_id, user_id) WHERE state = 'open';
CREATE INDEX join_requests_user ON join_requests (user_id, team_id, id);
