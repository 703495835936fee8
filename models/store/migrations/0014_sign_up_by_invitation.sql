-- Where sign-up takes an invitation, its link makes one login: this one. "" until then, and for ever where it makes none.
ALTER TABLE invitations ADD COLUMN signed_up TEXT NOT NULL DEFAULT '';
