-- +goose Up

-- What the finding was before the change: since when it was seen, what was
-- known, and since when. 0 in rows of earlier versions.
ALTER TABLE changes ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN known INTEGER NOT NULL DEFAULT 0; -- status, 0 for none
ALTER TABLE changes ADD COLUMN known_since INTEGER NOT NULL DEFAULT 0;

-- The finding as it was when it began to fail or could no longer be judged,
-- as in findings; the row there changes with it, and goes. rule is NULL where
-- it was not kept.
ALTER TABLE changes ADD COLUMN severity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN rule INTEGER; -- piece
ALTER TABLE changes ADD COLUMN detail INTEGER; -- piece
ALTER TABLE changes ADD COLUMN fingerprint ANY;

-- What happened to one finding.
CREATE INDEX changes_finding ON changes (resource, check_id, subject, at);
