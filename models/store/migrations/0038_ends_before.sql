-- What was announced before ends were kept: of each version what holds now, or that it is retired. How it came to that is not known.
INSERT INTO version_ends
  SELECT 'end_' || SUBSTR(id, 5), id, CASE state WHEN 'retired' THEN 'retire' ELSE 'announce' END, deprecated_at, sunset_at,
    successor_version_id, successor_api_id, deprecation_reason, CASE state WHEN 'retired' THEN COALESCE(sunset_at, announced_at) ELSE announced_at END
  FROM versions WHERE announced_at IS NOT NULL AND state IN ('published', 'deprecated', 'retired') AND id NOT IN (SELECT version_id FROM version_ends);
