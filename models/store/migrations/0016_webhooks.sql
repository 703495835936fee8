-- Where a team wants to hear of events. secret is sealed; during a rotation the one before it still signs until old_until.
-- A deleted endpoint's row goes once the last of its deliveries has gone, which is done in slices.
CREATE TABLE webhook_endpoints (
  id            TEXT PRIMARY KEY,
  team_id       TEXT NOT NULL REFERENCES teams (id),
  url           TEXT NOT NULL,
  host          TEXT NOT NULL, -- of the url: a path may be a secret, so lists of others name this
  events        TEXT NOT NULL, -- JSON list of types; empty: all
  secret        TEXT NOT NULL,
  old_secret    TEXT NOT NULL DEFAULT '',
  old_until     DATETIME,
  state         TEXT NOT NULL,
  reason        TEXT NOT NULL DEFAULT '', -- why it is disabled
  failing_since DATETIME, -- the first failure after the last success
  low_balance   INTEGER,  -- the balance below which it is told
  low_told      BOOLEAN NOT NULL DEFAULT FALSE,
  created_by    TEXT NOT NULL REFERENCES users (id),
  created_at    DATETIME NOT NULL,
  deleted_at    DATETIME
) WITHOUT ROWID;
CREATE INDEX webhook_endpoints_team ON webhook_endpoints (team_id) WHERE deleted_at IS NULL;
-- What every act and every round of deliveries asks first.
CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints (team_id) WHERE state = 'enabled' AND deleted_at IS NULL;
CREATE INDEX webhook_endpoints_deleted ON webhook_endpoints (deleted_at) WHERE deleted_at IS NOT NULL;

-- What happened, as it is sent: the same bytes with every try.
CREATE TABLE webhook_events (
  id         TEXT PRIMARY KEY,
  team_id    TEXT NOT NULL REFERENCES teams (id),
  type       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX webhook_events_age ON webhook_events (created_at);

CREATE TABLE webhook_deliveries (
  id          TEXT PRIMARY KEY,
  event_id    TEXT NOT NULL REFERENCES webhook_events (id),
  endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id),
  type        TEXT NOT NULL, -- the event's, for the filter of the log
  state       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_at     DATETIME NOT NULL, -- of no meaning once it is delivered or dead
  last_at     DATETIME,          -- of the last try
  status      INTEGER NOT NULL DEFAULT 0, -- that it was answered with, 0 for no answer
  failure     TEXT NOT NULL DEFAULT '',
  answer      TEXT NOT NULL DEFAULT '', -- its beginning
  took        INTEGER NOT NULL DEFAULT 0, -- milliseconds
  created_at  DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at) WHERE state IN ('pending', 'failed');
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (endpoint_id, state, id);
CREATE INDEX webhook_deliveries_type ON webhook_deliveries (endpoint_id, type, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at);
