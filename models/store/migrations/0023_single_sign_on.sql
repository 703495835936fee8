-- Who a user is at the provider of single sign-on: an issuer and a subject together are one person, for good.
CREATE TABLE user_identities (
  id         TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  email      TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  used_at    DATETIME NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX user_identities_subject ON user_identities (issuer, subject);
CREATE INDEX user_identities_user ON user_identities (user_id);

-- Which group of the provider's makes people members of which team.
CREATE TABLE group_rules (
  id         TEXT PRIMARY KEY,
  group_name TEXT NOT NULL,
  team_id    TEXT NOT NULL REFERENCES teams (id),
  role       TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX group_rules_once ON group_rules (group_name, team_id);

-- The group that a membership comes from; '' was made by hand, and no group changes it.
ALTER TABLE members ADD COLUMN source TEXT NOT NULL DEFAULT '';
