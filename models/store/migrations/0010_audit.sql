-- From where, and before and after: a JSON list of {field, before, after} in the words of the pages.
ALTER TABLE audit_entries ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entries ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
-- What an act is about: "key" of "key.revoked".
ALTER TABLE audit_entries ADD COLUMN noun TEXT GENERATED ALWAYS AS (substr(action, 1, instr(action, '.') - 1)) VIRTUAL;

-- Lists are by time, newest first; every index ends with the primary key, which orders what happened in one millisecond.
DROP INDEX audit_entries_team;
CREATE INDEX audit_entries_time ON audit_entries (created_at);
CREATE INDEX audit_entries_noun ON audit_entries (noun, created_at);
CREATE INDEX audit_entries_user ON audit_entries (user_id, created_at);
CREATE INDEX audit_entries_subject ON audit_entries (subject, created_at);
CREATE INDEX audit_entries_team ON audit_entries (team_id, created_at);
CREATE INDEX audit_entries_team_noun ON audit_entries (team_id, noun, created_at);
CREATE INDEX audit_entries_team_user ON audit_entries (team_id, user_id, created_at);
CREATE INDEX audit_entries_team_subject ON audit_entries (team_id, subject, created_at);

-- What is recorded stays as it is, for everybody and not only for careful code.
CREATE TRIGGER audit_entries_fixed BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;
