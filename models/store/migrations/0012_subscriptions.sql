-- Requests have rows of their own: what was asked and answered, of new subscriptions and of changes of plan alike. A team that
-- was declined and asks again has two.
CREATE TABLE requests (
  id              TEXT PRIMARY KEY,
  provider_id     TEXT NOT NULL REFERENCES teams (id),
  team_id         TEXT NOT NULL REFERENCES teams (id),
  subscription_id TEXT NOT NULL REFERENCES subscriptions (id),
  api_id          TEXT NOT NULL REFERENCES apis (id),
  plan_id         TEXT NOT NULL REFERENCES plans (id),
  from_plan_id    TEXT NOT NULL DEFAULT '',
  question        TEXT NOT NULL,
  answer          TEXT NOT NULL,
  state           TEXT NOT NULL,
  comment         TEXT NOT NULL DEFAULT '',
  asked_by        TEXT NOT NULL,
  answered_by     TEXT NOT NULL DEFAULT '',
  created_at      DATETIME NOT NULL,
  closed_at       DATETIME
) WITHOUT ROWID;
-- One that waits for each subscription, whatever the code above believes.
CREATE UNIQUE INDEX requests_waiting ON requests (subscription_id) WHERE state = 'requested';
CREATE INDEX requests_subscription ON requests (subscription_id, id);
CREATE INDEX requests_provider ON requests (provider_id, state, id);

-- Those from before: the audit log says which subscriptions somebody has approved or declined.
INSERT INTO requests (id, provider_id, team_id, subscription_id, api_id, plan_id, question, answer, state, asked_by, answered_by, created_at, closed_at)
  SELECT replace(s.id, 'sub_', 'ask_'), a.team_id, s.team_id, s.id, s.api_id, s.plan_id, p.question, s.answer,
    CASE WHEN s.state IN ('requested', 'rejected', 'withdrawn') THEN s.state ELSE 'approved' END,
    s.created_by, COALESCE(answered.user_id, ''), s.created_at, COALESCE(answered.created_at, s.ended_at)
  FROM subscriptions s JOIN apis a ON a.id = s.api_id JOIN plans p ON p.id = s.plan_id
  LEFT JOIN (SELECT subject, user_id, MAX(created_at) AS created_at FROM audit_entries
    WHERE action IN ('subscription.approved', 'subscription.declined') GROUP BY subject) answered ON answered.subject = s.id
  WHERE s.state IN ('requested', 'rejected', 'withdrawn') OR answered.subject IS NOT NULL;
DROP INDEX subscriptions_requested;
ALTER TABLE subscriptions DROP COLUMN answer;

-- Each side pauses for itself: calls go on once neither does.
ALTER TABLE subscriptions ADD COLUMN provider_paused_at DATETIME;
ALTER TABLE subscriptions ADD COLUMN team_paused_at     DATETIME;
ALTER TABLE subscriptions ADD COLUMN pause_reason       TEXT NOT NULL DEFAULT '';
-- A subscription that is paused from before was paused by nobody known, so by its provider, who can resume it.
UPDATE subscriptions SET provider_paused_at = created_at WHERE state = 'paused';

-- The instant at which a subscription ends by itself, and whether its people were told that it is near.
ALTER TABLE subscriptions ADD COLUMN ends_at  DATETIME;
ALTER TABLE subscriptions ADD COLUMN end_told BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX subscriptions_ends ON subscriptions (ends_at) WHERE ends_at IS NOT NULL AND state NOT IN ('rejected', 'withdrawn', 'ended');

-- A change of plan that is agreed and waits for its instant. The plan is the next one from then on, by the clock.
ALTER TABLE subscriptions ADD COLUMN next_plan_id TEXT NOT NULL DEFAULT '';
ALTER TABLE subscriptions ADD COLUMN next_plan_at DATETIME;
CREATE INDEX subscriptions_next_plan ON subscriptions (next_plan_at) WHERE next_plan_at IS NOT NULL;
ALTER TABLE requests ADD COLUMN at_period_end BOOLEAN NOT NULL DEFAULT FALSE;
