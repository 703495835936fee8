-- Where windows end, so that a team's new time zone moves none that is open, also after a restart. An end of 0 is not known
-- yet. A quota's period says whether its plan still counts by the same one.
ALTER TABLE wallets   ADD COLUMN day_end    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallets   ADD COLUMN month_end  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE key_spend ADD COLUMN day_end    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE key_spend ADD COLUMN month_end  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quota_use ADD COLUMN period_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quota_use ADD COLUMN period     TEXT    NOT NULL DEFAULT '';

-- What waits for a provider's answer, by API.
CREATE INDEX subscriptions_requested ON subscriptions (api_id, id) WHERE state = 'requested';
