-- What was mailed, and the promises of it, are forgotten after a while.
CREATE INDEX outbox_messages_done ON outbox_messages (done_at) WHERE state = 'done';
CREATE INDEX mails_age ON mails (created_at);

-- What a person did and has, for their copy of it and for their leaving.
CREATE INDEX api_keys_user ON api_keys (user_id, id);
CREATE INDEX topups_user ON topups (user_id, id);
CREATE INDEX invitations_accepted ON invitations (accepted_by) WHERE accepted_by <> '';
CREATE INDEX invitations_email ON invitations (email);
