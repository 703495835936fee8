-- A suspended user cannot sign in; what belongs to their teams goes on.
ALTER TABLE users ADD COLUMN suspended_at DATETIME;
-- Whether somebody else is left to administer is asked without reading all users.
CREATE INDEX users_administrators ON users (id) WHERE administrator;
