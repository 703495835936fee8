-- A quota counts a team's calls of an API. Counted by subscription, ending one and taking it again forgot the calls in flight.
CREATE TABLE quota_use_of_apis (
  team_id      TEXT NOT NULL,
  api_id       TEXT NOT NULL,
  period_start INTEGER NOT NULL,
  period_end   INTEGER NOT NULL,
  period       TEXT NOT NULL,
  calls        INTEGER NOT NULL,
  PRIMARY KEY (team_id, api_id)
) WITHOUT ROWID;

-- Of several subscriptions the one whose counter runs the longest: it was carried from one to the next.
INSERT INTO quota_use_of_apis
  SELECT team_id, api_id, period_start, period_end, period, calls FROM (
    SELECT s.team_id, s.api_id, q.*, ROW_NUMBER() OVER (PARTITION BY s.team_id, s.api_id ORDER BY q.period_end DESC, s.id DESC) AS place
    FROM quota_use q JOIN subscriptions s ON s.id = q.subscription_id
  ) WHERE place = 1;

DROP TABLE quota_use;
ALTER TABLE quota_use_of_apis RENAME TO quota_use;
