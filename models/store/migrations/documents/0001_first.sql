-- Bytes by what they hash to: documents as they were received, and logos. What a row says may change, its bytes never.
-- parsed_at is when all parts of a document were there for the first time; unused_since when the books were first found not
-- to name the bytes any more.
CREATE TABLE blobs (
  id           INTEGER PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE, -- SHA-256, in hexadecimal digits
  media_type   TEXT NOT NULL,
  size         INTEGER NOT NULL,
  stored_at    DATETIME NOT NULL,
  parsed_at    DATETIME,
  unused_since DATETIME
);

-- The bytes stand apart, for to change a row is to write all of it.
CREATE TABLE contents (
  blob_id  INTEGER PRIMARY KEY REFERENCES blobs (id) ON DELETE CASCADE,
  deflated BOOLEAN NOT NULL,
  bytes    BLOB NOT NULL
);

-- What was understood of a document, in the parts that pages read one by one.
CREATE TABLE parts (
  blob_id  INTEGER NOT NULL REFERENCES blobs (id),
  name     TEXT NOT NULL,
  deflated BOOLEAN NOT NULL,
  bytes    BLOB NOT NULL,
  PRIMARY KEY (blob_id, name)
);

-- What was made of documents and can be made again.
CREATE TABLE derived (
  name     TEXT PRIMARY KEY,
  made_at  DATETIME NOT NULL,
  deflated BOOLEAN NOT NULL,
  bytes    BLOB NOT NULL
);
CREATE INDEX derived_age ON derived (made_at);
