-- How far a release has come. What was published before was never proposed nor scheduled.
ALTER TABLE releases ADD COLUMN state         TEXT    NOT NULL DEFAULT 'replaced';
ALTER TABLE releases ADD COLUMN as_number     INTEGER NOT NULL DEFAULT 0;  -- of the release that it publishes again
ALTER TABLE releases ADD COLUMN created_token TEXT    NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN publish_at    DATETIME;
ALTER TABLE releases ADD COLUMN published_at  DATETIME;
ALTER TABLE releases ADD COLUMN reviewed_by   TEXT    NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN reviewed_at   DATETIME;
ALTER TABLE releases ADD COLUMN comment       TEXT    NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN withdrawn_at  DATETIME;
UPDATE releases SET published_at = created_at;
UPDATE releases SET state = 'published' WHERE id IN (SELECT running_release_id FROM versions);

CREATE UNIQUE INDEX releases_waiting ON releases (version_id) WHERE state IN ('proposed', 'scheduled');
CREATE UNIQUE INDEX releases_running ON releases (version_id) WHERE state = 'published';
CREATE INDEX releases_due ON releases (publish_at) WHERE state = 'scheduled';

CREATE TRIGGER releases_fixed BEFORE UPDATE OF id, version_id, number, upstream_url, answer_seconds, hang_up_seconds, max_body_bytes,
  credential_id, document, price, changelog, as_number, created_by, created_token, created_at ON releases
BEGIN SELECT RAISE(ABORT, 'what a release serves is never changed'); END;

ALTER TABLE teams ADD COLUMN review_releases BOOLEAN NOT NULL DEFAULT FALSE;

-- The owner and the administrators block a version each for themselves; "blocked" says whether either does. Until now only
-- administrators could have.
ALTER TABLE versions ADD COLUMN team_block_at         DATETIME;
ALTER TABLE versions ADD COLUMN team_block_reason     TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN operator_block_at     DATETIME;
ALTER TABLE versions ADD COLUMN operator_block_reason TEXT NOT NULL DEFAULT '';
UPDATE versions SET operator_block_at = updated_at WHERE blocked;
