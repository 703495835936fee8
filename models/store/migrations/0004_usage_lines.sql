-- Usage for analytics: how many calls, how they ended, what they cost and how long they took, by quarter hour. Money is not
-- kept here; it may be counted anew from the calls at any time.

-- What lines are about, by number, so that a line is a few integers.
CREATE TABLE usage_subjects (
  id         INTEGER PRIMARY KEY,
  team_id    TEXT NOT NULL,
  key_id     TEXT NOT NULL,
  api_id     TEXT NOT NULL,
  version_id TEXT NOT NULL,
  ai_model   TEXT NOT NULL,
  UNIQUE (team_id, key_id, api_id, version_id, ai_model)
);
CREATE INDEX usage_subjects_api ON usage_subjects (api_id);

-- A subject's lines lie beside each other in the order of time, so a team's or an API's time is read as one range for each
-- of its subjects. The quarter is that of the call's arrival, which its id tells.
CREATE TABLE usage_lines (
  subject_id  INTEGER NOT NULL,
  quarter     INTEGER NOT NULL,
  code        TEXT    NOT NULL, -- of a refusal; '' for calls that reached an upstream
  calls       INTEGER NOT NULL,
  status_1xx  INTEGER NOT NULL,
  status_2xx  INTEGER NOT NULL,
  status_3xx  INTEGER NOT NULL,
  status_4xx  INTEGER NOT NULL,
  status_5xx  INTEGER NOT NULL,
  amount      INTEGER NOT NULL,
  written_off INTEGER NOT NULL,
  last_call   INTEGER NOT NULL,
  took_5ms    INTEGER NOT NULL,
  took_10ms   INTEGER NOT NULL,
  took_25ms   INTEGER NOT NULL,
  took_50ms   INTEGER NOT NULL,
  took_100ms  INTEGER NOT NULL,
  took_250ms  INTEGER NOT NULL,
  took_500ms  INTEGER NOT NULL,
  took_1s     INTEGER NOT NULL,
  took_2500ms INTEGER NOT NULL,
  took_5s     INTEGER NOT NULL,
  took_10s    INTEGER NOT NULL,
  took_longer INTEGER NOT NULL,
  PRIMARY KEY (subject_id, quarter, code)
) WITHOUT ROWID;

INSERT INTO usage_subjects (team_id, key_id, api_id, version_id, ai_model)
  SELECT team_id, key_id, api_id, version_id, '' FROM entitlements UNION SELECT team_id, key_id, api_id, version_id, '' FROM denials;

-- Counted are the calls that the follower has indexed, for it counts the others when it indexes them.
INSERT INTO usage_lines
  SELECT u.id, (c.id >> 16) / 900000, '', COUNT(*),
    SUM(c.status / 100 = 1), SUM(c.status / 100 = 2), SUM(c.status / 100 = 3), SUM(c.status / 100 = 4), SUM(c.status / 100 = 5),
    SUM(c.charge), SUM(c.written_off), MAX(c.id),
    SUM(c.duration_micros <= 5000),
    SUM(c.duration_micros > 5000 AND c.duration_micros <= 10000),
    SUM(c.duration_micros > 10000 AND c.duration_micros <= 25000),
    SUM(c.duration_micros > 25000 AND c.duration_micros <= 50000),
    SUM(c.duration_micros > 50000 AND c.duration_micros <= 100000),
    SUM(c.duration_micros > 100000 AND c.duration_micros <= 250000),
    SUM(c.duration_micros > 250000 AND c.duration_micros <= 500000),
    SUM(c.duration_micros > 500000 AND c.duration_micros <= 1000000),
    SUM(c.duration_micros > 1000000 AND c.duration_micros <= 2500000),
    SUM(c.duration_micros > 2500000 AND c.duration_micros <= 5000000),
    SUM(c.duration_micros > 5000000 AND c.duration_micros <= 10000000),
    SUM(c.duration_micros > 10000000)
  FROM team_calls tc JOIN calls c ON c.id = tc.call_id JOIN entitlements e ON e.id = c.entitlement_id
  JOIN usage_subjects u ON (u.team_id, u.key_id, u.api_id, u.version_id, u.ai_model) = (e.team_id, e.key_id, e.api_id, e.version_id, '')
  GROUP BY 1, 2;

INSERT INTO usage_lines
  SELECT u.id, d.created_at / 900000, d.code, SUM(d.count), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM denials d
  JOIN usage_subjects u ON (u.team_id, u.key_id, u.api_id, u.version_id, u.ai_model) = (d.team_id, d.key_id, d.api_id, d.version_id, '')
  GROUP BY 1, 2, 3;

-- The last proof of the money: when it was made and what it found, as JSON.
CREATE TABLE proofs (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  made_at DATETIME NOT NULL,
  result  BLOB NOT NULL
);
