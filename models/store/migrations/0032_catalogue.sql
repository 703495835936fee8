-- The APIs that people have marked for themselves.
CREATE TABLE favourites (
  user_id    TEXT NOT NULL REFERENCES users (id),
  api_id     TEXT NOT NULL REFERENCES apis (id),
  created_at DATETIME NOT NULL,
  PRIMARY KEY (user_id, api_id)
) WITHOUT ROWID;
CREATE INDEX favourites_api ON favourites (api_id);

-- What was published, by when: the feeds of the catalogue.
CREATE INDEX releases_published ON releases (published_at) WHERE published_at IS NOT NULL;
