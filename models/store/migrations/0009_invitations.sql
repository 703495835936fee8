-- Invitations into a team. A row is one mail that was promised: sending again closes the row and makes another, so that what
-- was sent within an hour can be counted. The secret of the link is in the mail alone, here is its hash.
CREATE TABLE invitations (
  id          TEXT PRIMARY KEY,
  team_id     TEXT NOT NULL REFERENCES teams (id),
  email       TEXT NOT NULL,
  role        TEXT NOT NULL,
  secret_hash BLOB NOT NULL UNIQUE,
  state       TEXT NOT NULL,
  invited_by  TEXT NOT NULL REFERENCES users (id),
  accepted_by TEXT NOT NULL DEFAULT '',
  created_at  DATETIME NOT NULL,
  expires_at  DATETIME NOT NULL,
  closed_at   DATETIME
) WITHOUT ROWID;
-- One open invitation for each address of a team, whatever the code above believes.
CREATE UNIQUE INDEX invitations_open ON invitations (team_id, email) WHERE state = 'open';
CREATE INDEX invitations_team_sent ON invitations (team_id, created_at);
CREATE INDEX invitations_user_sent ON invitations (invited_by, created_at);
