-- What administrators tell everybody, or those who are signed in, on top of every page between two instants.
CREATE TABLE announcements (
  id             TEXT PRIMARY KEY,
  title          TEXT NOT NULL,
  text           TEXT NOT NULL,
  tone           TEXT NOT NULL,
  signed_in_only INTEGER NOT NULL,
  starts_at      DATETIME NOT NULL,
  ends_at        DATETIME NOT NULL,
  created_at     DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX announcements_ends ON announcements (ends_at, id);

-- Whether a payment event waits for a person is asked without reading all of them.
CREATE INDEX payment_events_failed ON payment_events (id) WHERE state = 'failed';
