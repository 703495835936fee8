-- Passkeys: keys of public-key cryptography that people sign in with. Their private halves never leave who holds them.
CREATE TABLE passkeys (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users (id),
  name          TEXT NOT NULL,
  host          TEXT NOT NULL,
  credential_id BLOB NOT NULL,
  public_key    BLOB NOT NULL,
  aaguid        BLOB NOT NULL,
  transports    TEXT NOT NULL,
  flags         INTEGER NOT NULL,
  sign_count    INTEGER NOT NULL,
  created_at    DATETIME NOT NULL,
  used_at       DATETIME,
  copied_at     DATETIME,
  UNIQUE (host, credential_id)
) WITHOUT ROWID;
CREATE INDEX passkeys_user ON passkeys (user_id);
