-- An administrator's session shows the portal as somebody else sees it, until an instant; '' while it does not.
ALTER TABLE sessions ADD COLUMN as_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN as_until   DATETIME;
CREATE INDEX sessions_as ON sessions (as_user_id) WHERE as_user_id <> '';

-- The administrator who acted through the account of user_id; '' where it was the user.
ALTER TABLE audit_entries ADD COLUMN impersonator_id TEXT NOT NULL DEFAULT '';

-- Administrators look at what waits for an answer in all teams, and remind those who may answer it, once a day.
ALTER TABLE requests ADD COLUMN reminded_at DATETIME;
CREATE INDEX requests_state ON requests (state, id);
-- And at the subscriptions of all teams in one state.
CREATE INDEX subscriptions_state ON subscriptions (state, id);

-- What administrators set while the portal runs: one row, none before the first change.
CREATE TABLE portal_settings (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  name       TEXT NOT NULL,
  support    TEXT NOT NULL,
  changed_at DATETIME NOT NULL
);
