-- Mail leaves by SMTP: what was sent is listed without its text, and only mails that were not sent are kept whole.
ALTER TABLE mails ADD COLUMN kept BOOLEAN NOT NULL DEFAULT TRUE;

-- An address counts as its owner's once a link that was sent there was followed. Those who were here before are believed.
ALTER TABLE users ADD COLUMN verified_at DATETIME;
UPDATE users SET verified_at = created_at;

-- One-time links that go out by mail; only the token's hash is stored.
CREATE TABLE mail_links (
  token_hash BLOB PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id),
  purpose    TEXT NOT NULL,
  email      TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX mail_links_user ON mail_links (user_id, purpose);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);

-- A new password ends all sessions of its user.
CREATE INDEX sessions_user ON sessions (user_id);

-- Anybody may ask for a reset of any address; what came of it is forgotten after a while.
CREATE INDEX outbox_messages_resets ON outbox_messages (done_at) WHERE kind = 'password_reset' AND state = 'done';

-- What was given up waits for a person.
CREATE INDEX outbox_messages_dead ON outbox_messages (id) WHERE state = 'dead';
