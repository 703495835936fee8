-- Several versions of an API side by side. Its main version is the one that lists show and its page opens with.
ALTER TABLE apis ADD COLUMN main_version_id TEXT NOT NULL DEFAULT '';
UPDATE apis SET main_version_id = (SELECT id FROM versions WHERE api_id = apis.id);

-- The draft's price and the first plan's terms could both be set, and whichever came later held. Only the plan's terms are left:
-- a version has no price of its own.
ALTER TABLE versions DROP COLUMN draft_price;

-- The documents, by the hash of the bytes received; the bytes are in documents.db.
ALTER TABLE versions ADD COLUMN draft_document TEXT NOT NULL DEFAULT '';
ALTER TABLE releases ADD COLUMN document       TEXT NOT NULL DEFAULT '';

-- What an administrator groups the catalogue by.
CREATE TABLE categories (
  id       TEXT PRIMARY KEY,
  slug     TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE apis ADD COLUMN category_id   TEXT NOT NULL DEFAULT '';
ALTER TABLE apis ADD COLUMN tags          TEXT NOT NULL DEFAULT '[]'; -- a JSON array, in the order of the alphabet
ALTER TABLE apis ADD COLUMN logo          TEXT NOT NULL DEFAULT '';   -- the hash of the picture
ALTER TABLE apis ADD COLUMN support_email TEXT NOT NULL DEFAULT '';
ALTER TABLE apis ADD COLUMN support_url   TEXT NOT NULL DEFAULT '';

-- The teams that an API is shared with. They count while its visibility is "shared" and are kept when it is not.
CREATE TABLE api_shares (
  api_id  TEXT NOT NULL REFERENCES apis (id),
  team_id TEXT NOT NULL REFERENCES teams (id),
  PRIMARY KEY (api_id, team_id)
) WITHOUT ROWID;
CREATE INDEX api_shares_team ON api_shares (team_id, api_id);
