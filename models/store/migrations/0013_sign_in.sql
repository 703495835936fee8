-- Users see where they are signed in and end what they do not know, by an id that opens nothing. Who was signed in before
-- stays so.
CREATE TABLE sessions_new (
  token_hash BLOB PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  user_id    TEXT NOT NULL,
  half       BOOLEAN NOT NULL DEFAULT FALSE,
  browser    TEXT NOT NULL,
  address    TEXT NOT NULL,
  data       BLOB NOT NULL,
  created_at DATETIME NOT NULL,
  seen_at    DATETIME NOT NULL,
  proved_at  DATETIME NOT NULL,
  expires_at DATETIME NOT NULL
) WITHOUT ROWID;
INSERT INTO sessions_new (token_hash, id, user_id, browser, address, data, created_at, seen_at, proved_at, expires_at)
  SELECT token_hash, 'ses_' || lower(hex(randomblob(13))), user_id, '', '', data, created_at, created_at, created_at, expires_at FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_user ON sessions (user_id);

-- Programs that make codes for signing in. The secret is sealed; no code of last_step or an earlier step is taken again.
CREATE TABLE second_factors (
  user_id    TEXT PRIMARY KEY REFERENCES users (id),
  sealed     TEXT NOT NULL,
  last_step  INTEGER NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;

-- What is left of the codes that stand in for such a program, as hashes.
CREATE TABLE recovery_codes (
  user_id   TEXT NOT NULL REFERENCES users (id),
  code_hash BLOB NOT NULL,
  PRIMARY KEY (user_id, code_hash)
) WITHOUT ROWID;
