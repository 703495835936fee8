-- What explains refusals: by team and time, with all that a team's list of them is grouped and narrowed by.
CREATE INDEX denials_time ON denials (team_id, created_at, code, api_id, key_id, count);
