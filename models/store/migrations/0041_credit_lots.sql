-- Promotional credit as it was given, each part with its end; NULL for one that has none. remaining is what was left of a part
-- when the parts of its wallet were last counted. What calls have spent since stands in wallets.promo alone, so the parts are
-- never less than that together.
CREATE TABLE credit_lots (
  id         TEXT PRIMARY KEY,
  team_id    TEXT     NOT NULL REFERENCES teams (id),
  amount     INTEGER  NOT NULL CHECK (amount > 0),
  remaining  INTEGER  NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
  expires_at DATETIME,
  created_at DATETIME NOT NULL
) WITHOUT ROWID;
CREATE INDEX credit_lots_left ON credit_lots (team_id) WHERE remaining > 0;
CREATE INDEX credit_lots_ends ON credit_lots (expires_at) WHERE remaining > 0 AND expires_at IS NOT NULL;

-- What was given before has no end.
INSERT INTO credit_lots (id, team_id, amount, remaining, created_at)
SELECT 'before:' || w.team_id, w.team_id, w.promo, w.promo, t.created_at FROM wallets w JOIN teams t ON t.id = w.team_id WHERE w.promo > 0;
