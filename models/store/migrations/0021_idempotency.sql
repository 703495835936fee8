-- Requests of the management API that came with an Idempotency-Key, so that one that is sent again acts once. What they
-- asked and what they were answered is sealed.
CREATE TABLE idempotent_requests (
  token_id   TEXT NOT NULL,
  key        TEXT NOT NULL,
  request    TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('claimed', 'acted', 'answered')),
  answer     TEXT NOT NULL DEFAULT '',
  created_at DATETIME NOT NULL,
  PRIMARY KEY (token_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotent_requests_created ON idempotent_requests (created_at);
