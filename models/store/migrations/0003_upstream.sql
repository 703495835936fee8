-- What a version says about its upstream beside the address. Zero is the gateway's default, or no limit. A release keeps
-- what it was published with; a credential is never changed, so neither is what a release refers to.

CREATE TABLE upstream_credentials (
  id         TEXT PRIMARY KEY,
  api_id     TEXT NOT NULL REFERENCES apis (id),
  header     TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX upstream_credentials_api ON upstream_credentials (api_id, id);

ALTER TABLE versions ADD COLUMN draft_answer_seconds  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN draft_hang_up_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN draft_max_body_bytes  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN draft_credential_id   TEXT    NOT NULL DEFAULT '';

ALTER TABLE releases ADD COLUMN answer_seconds  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE releases ADD COLUMN hang_up_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE releases ADD COLUMN max_body_bytes  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE releases ADD COLUMN credential_id   TEXT    NOT NULL DEFAULT '';
