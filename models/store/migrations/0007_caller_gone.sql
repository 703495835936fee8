-- How many of a line's calls were answered to nobody: the caller had left, and the upstream's status decided the charge. As
-- with the other figures, calls count that the follower has indexed; it counts the others when it indexes them.
ALTER TABLE usage_lines ADD COLUMN caller_gone INTEGER NOT NULL DEFAULT 0;

UPDATE usage_lines SET caller_gone = gone.calls FROM (
  SELECT u.id AS subject_id, (c.id >> 16) / 900000 AS quarter, COUNT(*) AS calls
  FROM team_calls tc JOIN calls c ON c.id = tc.call_id JOIN entitlements e ON e.id = c.entitlement_id
  JOIN usage_subjects u ON (u.team_id, u.key_id, u.api_id, u.version_id, u.ai_model) = (e.team_id, e.key_id, e.api_id, e.version_id, '')
  WHERE c.evidence = 'caller_gone' GROUP BY 1, 2) gone
WHERE usage_lines.subject_id = gone.subject_id AND usage_lines.quarter = gone.quarter AND usage_lines.code = '';
