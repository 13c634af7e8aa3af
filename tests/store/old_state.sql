-- A state.db as the program made it before there were revisions, with what it held.
CREATE TABLE status (device VARCHAR NOT NULL, at FLOAT NOT NULL, reachable BOOLEAN NOT NULL, since FLOAT NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY (device));
CREATE TABLE reading (device VARCHAR NOT NULL, object VARCHAR NOT NULL, "index" VARCHAR NOT NULL, value VARCHAR NOT NULL, at FLOAT NOT NULL, PRIMARY KEY (device, object, "index"));
CREATE TABLE config_blob (sha VARCHAR NOT NULL, text BLOB NOT NULL, PRIMARY KEY (sha));
CREATE TABLE config_version (id INTEGER NOT NULL, device VARCHAR NOT NULL, kind VARCHAR NOT NULL, sha VARCHAR NOT NULL, first_at FLOAT NOT NULL, last_at FLOAT NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_config_version_device ON config_version (device);
CREATE TABLE event (id INTEGER NOT NULL, at FLOAT NOT NULL, change VARCHAR NOT NULL, device VARCHAR NOT NULL, state VARCHAR NOT NULL, sha VARCHAR NOT NULL, detail VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_event_change ON event (change);
CREATE TABLE host_key (device VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, state VARCHAR NOT NULL, at FLOAT NOT NULL, PRIMARY KEY (device));
CREATE TABLE probe (id INTEGER NOT NULL, site VARCHAR NOT NULL, role VARCHAR NOT NULL, "check" VARCHAR NOT NULL, verdict VARCHAR NOT NULL, seen VARCHAR NOT NULL, detail VARCHAR NOT NULL, at FLOAT NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_probe_site ON probe (site);
INSERT INTO status VALUES ('sw1', 20.5, 1, 10.5, '');
INSERT INTO reading VALUES ('sw1', 'sysName', '', 'sw1 «ñ»', 20.5);
INSERT INTO config_version VALUES (1, 'sw1', 'running', '9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0', 1.0, 2.0);
INSERT INTO event VALUES (1, 3.0, 'c1', 'sw1', 'confirmed', 'ab', 'done');
INSERT INTO host_key VALUES ('sw1', 'SHA256:one', 'pinned', 4.0);
INSERT INTO probe VALUES (1, 's1', 'student', 'dns', 'compliant', 'x', '', 5.0);
