-- What happened, as people are told of it: once for all of them, and when it is read the names of people are filled in. rest
-- is the last team (or for everybody the last user) that was handed it, while others are still to be.
CREATE TABLE notifications (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  act        TEXT NOT NULL,
  told       TEXT NOT NULL, -- the audience
  team_id    TEXT NOT NULL,
  subject    TEXT NOT NULL,
  api_slug   TEXT NOT NULL DEFAULT '',
  text       TEXT NOT NULL,
  done_by    TEXT NOT NULL DEFAULT '',
  about_id   TEXT NOT NULL DEFAULT '',
  once       TEXT NOT NULL DEFAULT '',
  rest       TEXT,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX notifications_once ON notifications (once) WHERE once <> '';
CREATE INDEX notifications_rest ON notifications (id) WHERE rest IS NOT NULL;
CREATE INDEX notifications_age ON notifications (created_at);

-- Who is told. The rows of one notification lie side by side, so that telling a whole team is one stretch of writing.
CREATE TABLE notification_readers (
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  user_id         TEXT NOT NULL REFERENCES users (id),
  team_id         TEXT NOT NULL, -- through which it concerns them, '' for none
  in_portal       BOOLEAN NOT NULL,
  mail_due        BOOLEAN NOT NULL,
  read_at         DATETIME,
  PRIMARY KEY (notification_id, user_id)
) WITHOUT ROWID;
CREATE INDEX notification_readers_user ON notification_readers (user_id, notification_id);
-- What the number beside the bell is counted from, on every page.
CREATE INDEX notification_readers_unread ON notification_readers (user_id, in_portal, read_at) WHERE in_portal AND read_at IS NULL;
CREATE INDEX notification_readers_mail ON notification_readers (notification_id) WHERE mail_due;

-- Where people want to be told of a kind, as far as they have chosen. team_id is '' for all teams.
CREATE TABLE notification_choices (
  user_id TEXT NOT NULL REFERENCES users (id),
  team_id TEXT NOT NULL,
  kind    TEXT NOT NULL,
  portal  BOOLEAN NOT NULL,
  mail    BOOLEAN NOT NULL,
  PRIMARY KEY (user_id, kind, team_id)
) WITHOUT ROWID;

-- Whose choice of which kind a mail hangs on; '' for those that are always sent.
ALTER TABLE outbox_messages ADD COLUMN choice_user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_messages ADD COLUMN choice_kind TEXT NOT NULL DEFAULT '';

-- Those who have a plan or an API, team by team.
CREATE INDEX subscriptions_holders ON subscriptions (api_id, team_id) WHERE state NOT IN ('requested', 'rejected', 'withdrawn', 'ended');
-- Keys whose end is near.
CREATE INDEX api_keys_expiring ON api_keys (expires_at) WHERE expires_at IS NOT NULL AND state = 'active';
