-- The API token by which an import was begun, '' for none, so that the audit log names it.
ALTER TABLE imports ADD COLUMN created_token TEXT NOT NULL DEFAULT '';
