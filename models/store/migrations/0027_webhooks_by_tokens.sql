-- Who added an endpoint stands in the audit log. It may have been a token of the team, which is no user.
ALTER TABLE webhook_endpoints DROP COLUMN created_by;
