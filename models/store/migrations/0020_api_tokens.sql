-- Secrets by which programs use the management API: a person's (team_id '') or a team's. A person's go with their account.
CREATE TABLE api_tokens (
  id           TEXT PRIMARY KEY,
  team_id      TEXT NOT NULL,
  user_id      TEXT NOT NULL REFERENCES users (id),
  name         TEXT NOT NULL,
  secret_hash  BLOB NOT NULL UNIQUE,
  hint         TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  expires_at   DATETIME,
  last_used_at DATETIME,
  created_at   DATETIME NOT NULL,
  revoked_at   DATETIME
) WITHOUT ROWID;
CREATE INDEX api_tokens_team ON api_tokens (team_id, id);
CREATE INDEX api_tokens_user ON api_tokens (user_id, team_id, id);

-- By which token an act was done, '' if by none.
ALTER TABLE audit_entries ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_entries_token ON audit_entries (token_id, created_at) WHERE token_id <> '';
