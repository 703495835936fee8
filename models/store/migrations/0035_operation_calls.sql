-- Who calls which operation of a version's document, by day in UTC. The subject tells version, team and key.
--
-- Days come first: what is counted lies close together, and what is too old is the beginning.
CREATE TABLE operation_calls (
  day        INTEGER NOT NULL,
  subject_id INTEGER NOT NULL,
  operation  TEXT    NOT NULL, -- its identity, such as 'GET /pets/{}'; '' for calls of none
  calls      INTEGER NOT NULL,
  last_call  INTEGER NOT NULL,
  PRIMARY KEY (day, subject_id, operation)
) WITHOUT ROWID;

-- Of earlier calls it is not known which operations they are of. They stand there as of none, or an operation would be said to have
-- no callers because nobody had counted them.
INSERT INTO operation_calls
  SELECT quarter / 96, subject_id, '', SUM(calls), MAX(last_call) FROM usage_lines
  WHERE code = '' AND quarter >= (SELECT MAX(quarter) FROM usage_lines) - 31 * 96 GROUP BY 1, 2;
