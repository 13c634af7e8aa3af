-- The tables of changes as the program made them itself before revisions did, with a change under way.
CREATE TABLE change (number INTEGER NOT NULL, id VARCHAR NOT NULL, state VARCHAR NOT NULL, came_from VARCHAR NOT NULL, wave INTEGER NOT NULL, content VARCHAR NOT NULL, author VARCHAR NOT NULL, reason VARCHAR NOT NULL, at FLOAT NOT NULL, PRIMARY KEY (number), UNIQUE (id));
CREATE TABLE change_device (change VARCHAR NOT NULL, device VARCHAR NOT NULL, state VARCHAR NOT NULL, wave INTEGER NOT NULL, region VARCHAR NOT NULL, room VARCHAR NOT NULL, pre_sha VARCHAR NOT NULL, fence INTEGER NOT NULL, owner VARCHAR NOT NULL, until FLOAT NOT NULL, sha VARCHAR NOT NULL, proved_at FLOAT NOT NULL, at FLOAT NOT NULL, detail VARCHAR NOT NULL, cause VARCHAR NOT NULL, PRIMARY KEY (change, device));
CREATE INDEX change_device_by_device ON change_device (device);
CREATE UNIQUE INDEX one_hand_per_device ON change_device (device) WHERE state IN ('leased', 'committing', 'unconfirmed', 'confirming', 'rolling_back');
CREATE INDEX change_device_by_state ON change_device (change, state);
CREATE TABLE change_move (id INTEGER NOT NULL, change VARCHAR NOT NULL, at FLOAT NOT NULL, "by" VARCHAR NOT NULL, was VARCHAR NOT NULL, state VARCHAR NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_change_move_change ON change_move (change);
CREATE TABLE change_text (sha VARCHAR NOT NULL, text BLOB NOT NULL, PRIMARY KEY (sha));
CREATE TABLE change_act (id INTEGER NOT NULL, change VARCHAR NOT NULL, act VARCHAR NOT NULL, at FLOAT NOT NULL, "by" VARCHAR NOT NULL, account VARCHAR NOT NULL, content VARCHAR NOT NULL, text VARCHAR NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY (id));
INSERT INTO change VALUES (7, 'c1', 'wave', 'canary', 1, 'hash', 'ana', 'NOC-1', 1.5);
INSERT INTO change_device VALUES ('c1', 'sw1', 'unconfirmed', 1, 'north', 'r1', 'old', 3, 'w1', 99.5, 'new', 4.5, 5.5, 'said «ñ»', '');
INSERT INTO change_move VALUES (4, 'c1', 1.5, 'ana', 'canary', 'wave', 'well');
INSERT INTO change_text VALUES ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', X'789CAB000000790079');
INSERT INTO change_act VALUES (2, 'c1', 'judged', 0.5, 'ana', 'root', 'hash', 'sha', 'NOC-1');
