-- Calls that a member sent from the portal's console, and who it was. A call that came from elsewhere has no row.
CREATE TABLE console_calls (
  call_id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL
);
CREATE INDEX console_calls_user ON console_calls (user_id, call_id);
