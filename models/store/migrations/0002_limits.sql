-- Limits, dated prices, and calls that say by number what allowed them. Windows (…_start) are seconds since the Unix epoch.

ALTER TABLE teams ADD COLUMN time_zone    TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE teams ADD COLUMN budget_day   INTEGER CHECK (budget_day >= 0);
ALTER TABLE teams ADD COLUMN budget_month INTEGER CHECK (budget_month >= 0);
ALTER TABLE teams ADD COLUMN budget_total INTEGER CHECK (budget_total >= 0);

ALTER TABLE api_keys ADD COLUMN rate_calls   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN rate_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN concurrency  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN budget_day   INTEGER CHECK (budget_day >= 0);
ALTER TABLE api_keys ADD COLUMN budget_month INTEGER CHECK (budget_month >= 0);
ALTER TABLE api_keys ADD COLUMN budget_total INTEGER CHECK (budget_total >= 0);
ALTER TABLE api_keys ADD COLUMN networks     TEXT;
ALTER TABLE api_keys ADD COLUMN apis         TEXT;
ALTER TABLE api_keys ADD COLUMN read_billing BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE subscriptions ADD COLUMN answer      TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN grace_until DATETIME;

-- A plan's terms are dated, so that a past call is never priced anew.
CREATE TABLE plan_revisions (
  id            TEXT PRIMARY KEY,
  plan_id       TEXT NOT NULL REFERENCES plans (id),
  number        INTEGER NOT NULL,
  effective_at  DATETIME NOT NULL,
  price         INTEGER NOT NULL CHECK (price >= 0),
  route_prices  TEXT,
  charge_on     TEXT NOT NULL DEFAULT 'answered',
  quota_calls   INTEGER NOT NULL DEFAULT 0,
  quota_period  TEXT NOT NULL DEFAULT '',
  rate_calls    INTEGER NOT NULL DEFAULT 0,
  rate_seconds  INTEGER NOT NULL DEFAULT 0,
  concurrency   INTEGER NOT NULL DEFAULT 0,
  created_by    TEXT NOT NULL,
  created_at    DATETIME NOT NULL,
  UNIQUE (plan_id, number)
) WITHOUT ROWID;
CREATE INDEX plan_revisions_effect ON plan_revisions (plan_id, effective_at, number);
-- The first revision's id is made from the plan's: both end in the same characters.
INSERT INTO plan_revisions (id, plan_id, number, effective_at, price, created_by, created_at)
  SELECT replace(id, 'plan_', 'rev_'), id, 1, created_at, price, '', created_at FROM plans;
ALTER TABLE plans DROP COLUMN price;
ALTER TABLE plans ADD COLUMN approval  TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE plans ADD COLUMN question  TEXT NOT NULL DEFAULT '';
ALTER TABLE plans ADD COLUMN closed_at DATETIME;
ALTER TABLE plans ADD COLUMN position  INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX plans_position ON plans (api_id, position);

-- Counters that every settled call moves stand in narrow rows: the team's in its wallet, a key's and a subscription's here.
ALTER TABLE wallets ADD COLUMN day_start   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallets ADD COLUMN day_spent   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallets ADD COLUMN month_start INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallets ADD COLUMN month_spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallets ADD COLUMN total_spent INTEGER NOT NULL DEFAULT 0;

CREATE TABLE key_spend (
  key_id      TEXT PRIMARY KEY,
  day_start   INTEGER NOT NULL,
  day_spent   INTEGER NOT NULL,
  month_start INTEGER NOT NULL,
  month_spent INTEGER NOT NULL,
  total_spent INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE quota_use (
  subscription_id TEXT PRIMARY KEY,
  period_start    INTEGER NOT NULL,
  calls           INTEGER NOT NULL
) WITHOUT ROWID;

UPDATE wallets SET total_spent = COALESCE((SELECT SUM(amount) FROM usage_hours u WHERE u.team_id = wallets.team_id), 0);
INSERT INTO key_spend SELECT key_id, 0, 0, 0, 0, SUM(charge) FROM calls GROUP BY key_id;

ALTER TABLE usage_hours ADD COLUMN written_off INTEGER NOT NULL DEFAULT 0 CHECK (written_off >= 0);

CREATE TABLE entitlements (
  id              INTEGER PRIMARY KEY,
  team_id         TEXT NOT NULL,
  key_id          TEXT NOT NULL,
  api_id          TEXT NOT NULL,
  version_id      TEXT NOT NULL,
  release_id      TEXT NOT NULL,
  plan_id         TEXT NOT NULL,
  revision_id     TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  UNIQUE (key_id, release_id, revision_id, subscription_id, version_id, api_id, team_id)
);
INSERT INTO entitlements (team_id, key_id, api_id, version_id, release_id, plan_id, revision_id, subscription_id)
  SELECT DISTINCT team_id, key_id, api_id, version_id, release_id, plan_id, replace(plan_id, 'plan_', 'rev_'), subscription_id FROM calls;

ALTER TABLE calls RENAME TO calls_before;
CREATE TABLE calls (
  id              INTEGER PRIMARY KEY,
  entitlement_id  INTEGER NOT NULL,
  method          TEXT NOT NULL,
  path            TEXT NOT NULL,
  status          INTEGER NOT NULL,
  origin          TEXT NOT NULL,
  price           INTEGER NOT NULL,
  hold            INTEGER NOT NULL,
  charge          INTEGER NOT NULL,
  promo           INTEGER NOT NULL,
  written_off     INTEGER NOT NULL,
  evidence        TEXT NOT NULL,
  hour            INTEGER NOT NULL,
  duration_micros INTEGER NOT NULL,
  request_bytes   INTEGER NOT NULL,
  response_bytes  INTEGER NOT NULL
);
INSERT INTO calls SELECT c.id, e.id, c.method, c.path, c.status, c.origin, c.price, c.hold, c.charge, 0, 0, c.evidence, c.hour,
    c.duration_micros, c.request_bytes, c.response_bytes
  FROM calls_before c JOIN entitlements e ON e.key_id = c.key_id AND e.release_id = c.release_id
    AND e.revision_id = replace(c.plan_id, 'plan_', 'rev_') AND e.subscription_id = c.subscription_id AND e.version_id = c.version_id
  ORDER BY c.id;
DROP TABLE calls_before;

-- What the last commit of calls leaves open: the calls whose last byte was not handed to the kernel before it, and its own.
-- After a stop that was not clean, these are the calls that may have been charged without an answer.
CREATE TABLE open_answers (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  calls BLOB NOT NULL
);
INSERT INTO open_answers (id, calls) VALUES (1, x'');

CREATE TABLE unconfirmed_calls (
  call_id        INTEGER PRIMARY KEY,
  found_at       DATETIME NOT NULL,
  refunded_at    DATETIME,
  refunded_by    TEXT NOT NULL DEFAULT '',
  transaction_id TEXT NOT NULL DEFAULT ''
);

ALTER TABLE denials ADD COLUMN limit_policy    TEXT NOT NULL DEFAULT '';
ALTER TABLE denials ADD COLUMN limit_most      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE denials ADD COLUMN limit_used      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE denials ADD COLUMN limit_held      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE denials ADD COLUMN limit_seconds   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE denials ADD COLUMN limit_resets_at DATETIME;
