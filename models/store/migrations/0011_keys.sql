-- What a key may call, and secrets that a rotation has replaced. A key keeps its id when its secret is replaced, and with it
-- its budgets, its rules and its history.
ALTER TABLE api_keys ADD COLUMN operations TEXT;

-- Until when the secret before this one works, too; what is past is no rotation any more.
ALTER TABLE api_keys ADD COLUMN rotating_until DATETIME;

-- They stay after their time, so that whoever still calls with one is told what became of it.
CREATE TABLE replaced_secrets (
  hash        BLOB PRIMARY KEY,
  key_id      TEXT NOT NULL REFERENCES api_keys (id),
  hint        TEXT NOT NULL,
  replaced_at DATETIME NOT NULL,
  works_until DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX replaced_secrets_key ON replaced_secrets (key_id, works_until);
