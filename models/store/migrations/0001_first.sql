-- The first schema. Times are integers of milliseconds since the Unix epoch (declared DATETIME, see pools.go), amounts are
-- integers of nano-units. Hot counters (wallets, usage_hours, node) live in narrow tables of their own.

CREATE TABLE node (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  epoch       INTEGER NOT NULL,
  clean_stop  BOOLEAN NOT NULL,
  demo        BOOLEAN NOT NULL,
  currency    TEXT    NOT NULL,
  setup_hash  BLOB,
  last_hour   INTEGER NOT NULL,
  started_at  DATETIME NOT NULL
);

CREATE TABLE users (
  id            TEXT PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  administrator BOOLEAN NOT NULL DEFAULT FALSE,
  created_at    DATETIME NOT NULL,
  deleted_at    DATETIME
) WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  user_id    TEXT NOT NULL,
  data       BLOB NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE teams (
  id                 TEXT PRIMARY KEY,
  slug               TEXT NOT NULL UNIQUE,
  name               TEXT NOT NULL,
  provider           BOOLEAN NOT NULL DEFAULT FALSE,
  suspended          BOOLEAN NOT NULL DEFAULT FALSE,
  stripe_customer_id TEXT NOT NULL DEFAULT '',
  created_at         DATETIME NOT NULL,
  deleted_at         DATETIME
) WITHOUT ROWID;

CREATE TABLE members (
  team_id    TEXT NOT NULL REFERENCES teams (id),
  user_id    TEXT NOT NULL REFERENCES users (id),
  role       TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (team_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id, team_id);

CREATE TABLE apis (
  id           TEXT PRIMARY KEY,
  team_id      TEXT NOT NULL REFERENCES teams (id),
  slug         TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  summary      TEXT NOT NULL,
  description  TEXT NOT NULL,
  example_path TEXT NOT NULL DEFAULT '',
  visibility   TEXT NOT NULL,
  created_at   DATETIME NOT NULL,
  deleted_at   DATETIME
) WITHOUT ROWID;
CREATE INDEX apis_team ON apis (team_id, id);

CREATE TABLE versions (
  id                 TEXT PRIMARY KEY,
  api_id             TEXT NOT NULL REFERENCES apis (id),
  name               TEXT NOT NULL,
  state              TEXT NOT NULL,
  blocked            BOOLEAN NOT NULL DEFAULT FALSE,
  running_release_id TEXT NOT NULL DEFAULT '',
  draft_upstream_url TEXT NOT NULL,
  draft_price        INTEGER NOT NULL CHECK (draft_price >= 0),
  created_at         DATETIME NOT NULL,
  updated_at         DATETIME NOT NULL,
  UNIQUE (api_id, name)
) WITHOUT ROWID;

CREATE TABLE releases (
  id           TEXT PRIMARY KEY,
  version_id   TEXT NOT NULL REFERENCES versions (id),
  number       INTEGER NOT NULL,
  upstream_url TEXT NOT NULL,
  price        INTEGER NOT NULL CHECK (price >= 0),
  changelog    TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  created_at   DATETIME NOT NULL,
  UNIQUE (version_id, number)
) WITHOUT ROWID;

CREATE TABLE plans (
  id         TEXT PRIMARY KEY,
  api_id     TEXT NOT NULL REFERENCES apis (id),
  name       TEXT NOT NULL,
  price      INTEGER NOT NULL CHECK (price >= 0),
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX plans_api ON plans (api_id, id);

CREATE TABLE subscriptions (
  id         TEXT PRIMARY KEY,
  team_id    TEXT NOT NULL REFERENCES teams (id),
  api_id     TEXT NOT NULL REFERENCES apis (id),
  plan_id    TEXT NOT NULL REFERENCES plans (id),
  state      TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  ended_at   DATETIME
) WITHOUT ROWID;
-- One live subscription per team and API, whatever the code above believes.
CREATE UNIQUE INDEX subscriptions_live ON subscriptions (team_id, api_id) WHERE state NOT IN ('rejected', 'withdrawn', 'ended');
CREATE INDEX subscriptions_team ON subscriptions (team_id, id);
CREATE INDEX subscriptions_api ON subscriptions (api_id, id);

-- "keys" in the product's words; SQL reserves that word in places.
CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY,
  team_id    TEXT NOT NULL REFERENCES teams (id),
  user_id    TEXT NOT NULL,
  name       TEXT NOT NULL,
  hash       BLOB NOT NULL UNIQUE,
  hint       TEXT NOT NULL,
  state      TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME,
  revoked_at DATETIME
) WITHOUT ROWID;
CREATE INDEX api_keys_team ON api_keys (team_id, id);

-- A wallet below zero is possible only through a dispute, which has its own path; see money.md.
CREATE TABLE wallets (
  team_id TEXT PRIMARY KEY REFERENCES teams (id),
  balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0),
  promo   INTEGER NOT NULL DEFAULT 0 CHECK (promo >= 0 AND promo <= balance),
  seq     INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE ledger_transactions (
  id           TEXT PRIMARY KEY,
  business_key TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  team_id      TEXT NOT NULL,
  memo         TEXT NOT NULL,
  corrects_id  TEXT NOT NULL DEFAULT '',
  created_by   TEXT NOT NULL,
  created_at   DATETIME NOT NULL
) WITHOUT ROWID;

CREATE TABLE ledger_entries (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  transaction_id TEXT NOT NULL REFERENCES ledger_transactions (id),
  account        TEXT NOT NULL,
  team_id        TEXT NOT NULL,
  amount         INTEGER NOT NULL CHECK (amount <> 0)
);
CREATE INDEX ledger_entries_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_team ON ledger_entries (team_id, id) WHERE team_id <> '';

-- The ledger is append-only for everybody, not only for careful code.
CREATE TRIGGER ledger_transactions_fixed BEFORE UPDATE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger rows are never changed'); END;
CREATE TRIGGER ledger_transactions_kept BEFORE DELETE ON ledger_transactions BEGIN SELECT RAISE(ABORT, 'ledger rows are never deleted'); END;
CREATE TRIGGER ledger_entries_fixed BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger rows are never changed'); END;
CREATE TRIGGER ledger_entries_kept BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'ledger rows are never deleted'); END;

CREATE TABLE usage_hours (
  team_id TEXT NOT NULL,
  api_id  TEXT NOT NULL,
  credit  TEXT NOT NULL,
  hour    INTEGER NOT NULL,
  amount  INTEGER NOT NULL CHECK (amount >= 0),
  calls   INTEGER NOT NULL,
  sealed  BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (team_id, hour, api_id, credit)
) WITHOUT ROWID;
-- What an API earned; touched once per team, API and hour, not with every call.
CREATE INDEX usage_hours_api ON usage_hours (api_id, hour);
CREATE INDEX usage_hours_open ON usage_hours (hour) WHERE NOT sealed;

-- No index but the primary key: one more costs every call. team_calls is filled by a follower once a second.
CREATE TABLE calls (
  id              INTEGER PRIMARY KEY,
  team_id         TEXT NOT NULL,
  api_id          TEXT NOT NULL,
  version_id      TEXT NOT NULL,
  release_id      TEXT NOT NULL,
  plan_id         TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  key_id          TEXT NOT NULL,
  method          TEXT NOT NULL,
  path            TEXT NOT NULL,
  status          INTEGER NOT NULL,
  origin          TEXT NOT NULL,
  price           INTEGER NOT NULL,
  hold            INTEGER NOT NULL,
  charge          INTEGER NOT NULL,
  evidence        TEXT NOT NULL,
  hour            INTEGER NOT NULL,
  duration_micros INTEGER NOT NULL,
  request_bytes   INTEGER NOT NULL,
  response_bytes  INTEGER NOT NULL
);

CREATE TABLE team_calls (
  team_id TEXT NOT NULL,
  call_id INTEGER NOT NULL,
  PRIMARY KEY (team_id, call_id)
) WITHOUT ROWID;

CREATE TABLE follower (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  call_id INTEGER NOT NULL
);
INSERT INTO follower (id, call_id) VALUES (1, 0);

CREATE TABLE denials (
  id         TEXT PRIMARY KEY,
  team_id    TEXT NOT NULL,
  key_id     TEXT NOT NULL,
  api_id     TEXT NOT NULL,
  version_id TEXT NOT NULL,
  code       TEXT NOT NULL,
  method     TEXT NOT NULL,
  path       TEXT NOT NULL,
  price      INTEGER NOT NULL,
  required   INTEGER NOT NULL,
  available  INTEGER NOT NULL,
  held       INTEGER NOT NULL,
  count      INTEGER NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX denials_team ON denials (team_id, id);

CREATE TABLE topups (
  id                TEXT PRIMARY KEY,
  team_id           TEXT NOT NULL REFERENCES teams (id),
  user_id           TEXT NOT NULL,
  amount            INTEGER NOT NULL CHECK (amount > 0),
  currency          TEXT NOT NULL,
  state             TEXT NOT NULL,
  checkout_id       TEXT NOT NULL DEFAULT '',
  checkout_url      TEXT NOT NULL DEFAULT '',
  payment_intent_id TEXT NOT NULL DEFAULT '',
  decline_code      TEXT NOT NULL DEFAULT '',
  denial_ref        TEXT NOT NULL DEFAULT '',
  created_at        DATETIME NOT NULL,
  updated_at        DATETIME NOT NULL,
  expires_at        DATETIME NOT NULL,
  credited_at       DATETIME
) WITHOUT ROWID;
CREATE UNIQUE INDEX topups_checkout ON topups (checkout_id) WHERE checkout_id <> '';
CREATE UNIQUE INDEX topups_payment_intent ON topups (payment_intent_id) WHERE payment_intent_id <> '';
CREATE INDEX topups_team ON topups (team_id, id);
CREATE INDEX topups_open ON topups (id) WHERE state IN ('created', 'checkout_open', 'processing');

CREATE TABLE payment_events (
  id                TEXT PRIMARY KEY,
  type              TEXT NOT NULL,
  raw               BLOB NOT NULL,
  state             TEXT NOT NULL,
  attempts          INTEGER NOT NULL,
  last_error        TEXT NOT NULL,
  received_at       DATETIME NOT NULL,
  handled_at        DATETIME,
  checkout_id       TEXT NOT NULL,
  payment_intent_id TEXT NOT NULL,
  topup_id          TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX payment_events_waiting ON payment_events (id) WHERE state = 'received';

CREATE TABLE outbox_messages (
  id         TEXT PRIMARY KEY,
  unique_key TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  payload    BLOB NOT NULL,
  state      TEXT NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  created_at DATETIME NOT NULL,
  due_at     DATETIME NOT NULL,
  done_at    DATETIME
) WITHOUT ROWID;
CREATE INDEX outbox_messages_due ON outbox_messages (due_at) WHERE state = 'queued';

CREATE TABLE mails (
  id         TEXT PRIMARY KEY,
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  text       TEXT NOT NULL,
  html       TEXT NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit_entries (
  id         TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL,
  team_id    TEXT NOT NULL,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  details    TEXT NOT NULL,
  request_id TEXT NOT NULL,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_entries_team ON audit_entries (team_id, id);
