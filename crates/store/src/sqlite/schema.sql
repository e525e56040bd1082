-- Heyan, schema version 8. Tables are lean: a row holds what is queried and locked, the rest of an aggregate is one
-- sealed body. No index holds a column that 短信核验 changes. Instants are milliseconds since 1970 in UTC. Sealed values
-- are key id, nonce, ciphertext; tags are key id and keyed hash.

-- What the data is: made for sandbox or production, check values of its keys, the sandbox clock.
CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The next numbers of filings and events; one small write per commit group.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY NOT NULL,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every rule set that a round was ever pinned to (FIL-02), as JSON.
CREATE TABLE rule_sets (
    no INTEGER PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- 备案申请: what is queried and locked of each, and its verifications. A verification reads and writes one such row.
CREATE TABLE filings (
    id INTEGER PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    order_no TEXT,
    kind INTEGER NOT NULL,
    province INTEGER NOT NULL,
    -- The organiser, while the filing holds it (FIL-10), in a column of its own so that most updates leave its index.
    held_entity BLOB,
    entity BLOB,
    created_at INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason INTEGER,
    -- When it was returned, approved, rejected or withdrawn; for a failed round, when it will be returned.
    state_at INTEGER,
    edited INTEGER NOT NULL,
    version INTEGER NOT NULL,
    round_no INTEGER NOT NULL,
    rule_set INTEGER,
    next_verification INTEGER NOT NULL,
    reported_at INTEGER,
    -- When the provider has promised to report it again (FIL-08), and whether a year without a calendar was counted.
    report_due_at INTEGER,
    report_due_provisional INTEGER NOT NULL,
    last_event INTEGER NOT NULL,
    -- The earliest deadline within the round, whoever has verified meanwhile.
    deadline_at INTEGER,
    -- The duties of the persons asked, over all rounds, packed (packed.rs).
    verifications BLOB NOT NULL
) STRICT;
CREATE INDEX filings_by_provider ON filings (provider, id);
CREATE UNIQUE INDEX filings_by_order_no ON filings (provider, order_no) WHERE order_no IS NOT NULL;
CREATE UNIQUE INDEX filings_by_held_entity ON filings (held_entity) WHERE held_entity IS NOT NULL;

-- What was filed and who was asked: personal data, sealed.
CREATE TABLE filing_bodies (
    filing INTEGER PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- The filings in which a phone was ever asked to verify.
CREATE TABLE phones (
    phone BLOB NOT NULL,
    filing INTEGER NOT NULL,
    PRIMARY KEY (phone, filing)
) STRICT, WITHOUT ROWID;

-- People named by a filing without having been asked by it (RES-02).
CREATE TABLE people (
    person BLOB NOT NULL,
    filing INTEGER NOT NULL,
    PRIMARY KEY (person, filing)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_by_filing ON people (filing);

-- Filings whose personal data waits for its time to be over, in the order in which that time began (SEC-13).
CREATE TABLE ended (
    at INTEGER NOT NULL,
    filing INTEGER NOT NULL,
    PRIMARY KEY (at, filing)
) STRICT, WITHOUT ROWID;

-- Messages (SMS-02). The id holds the verification's.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    finished_at INTEGER,
    route TEXT,
    carrier_id TEXT,
    carrier_code TEXT,
    -- When it was given to the route.
    handed_at INTEGER,
    -- Tries before the last one, as JSON.
    attempts TEXT
) STRICT;

-- Messages that have failed for good, in the order in which that was known; forgotten after 90 days.
CREATE TABLE failed_messages (
    at INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (at, message)
) STRICT, WITHOUT ROWID;

-- Sealed texts of messages that no carrier has accepted yet; wiped by deleting the row (SMS-03).
CREATE TABLE outbox (
    message INTEGER PRIMARY KEY NOT NULL,
    -- It waits: 1 first message, 2 resend, 3 noon resend, the order in which they leave. A route has it: 4. Nobody knows
    -- whether it was sent: 5.
    standing INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_by_standing ON outbox (standing, message);

-- The ids by which carriers report of messages, in the order in which they were given; kept as long as receipts may come.
CREATE TABLE carrier_ids (
    no INTEGER PRIMARY KEY NOT NULL,
    route TEXT NOT NULL,
    carrier_id TEXT NOT NULL,
    message INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX carrier_ids_by_id ON carrier_ids (route, carrier_id, no);

-- Receipts that no message is known for yet, kept as long.
CREATE TABLE orphans (
    no INTEGER PRIMARY KEY NOT NULL,
    route TEXT NOT NULL,
    phone BLOB NOT NULL,
    carrier_id TEXT NOT NULL,
    -- Other spellings of the id, with spaces between them.
    other_ids TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    carrier_code TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX orphans_by_phone ON orphans (route, phone, no);

-- Everything that happened (FIL-11): the feed of a provider is a range, a timeline follows `previous`.
CREATE TABLE events (
    provider TEXT NOT NULL,
    id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    filing INTEGER NOT NULL,
    verification INTEGER,
    previous INTEGER,
    actor INTEGER NOT NULL,
    data TEXT,
    PRIMARY KEY (provider, id)
) STRICT, WITHOUT ROWID;

-- Commands with a due time (DDL-04), removed by the transaction that carries them out.
CREATE TABLE due (
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    target INTEGER NOT NULL,
    round_no INTEGER NOT NULL,
    PRIMARY KEY (at, kind, target, round_no)
) STRICT, WITHOUT ROWID;

-- 管局审核: the queue of each province, in the order of arrival. The key is found in the filing's row: its province and,
-- while it is in review, its state_at.
CREATE TABLE reviews (
    province INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL,
    filing INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    due_provisional INTEGER NOT NULL,
    reviewer TEXT,
    claimed_until INTEGER,
    PRIMARY KEY (province, arrived_at, filing)
) STRICT, WITHOUT ROWID;

-- 初审: filings that their providers' own people look at (FIL-01); the row is there while the filing's state is that. Who has
-- submitted, claimed and passed it stands there with the sign-in name.
CREATE TABLE initial_reviews (
    filing INTEGER PRIMARY KEY NOT NULL,
    submitted_by INTEGER NOT NULL,
    submitted_name TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    -- Why and when it had been returned before it was submitted.
    returned_reason INTEGER,
    returned_at INTEGER,
    claimed_by INTEGER,
    claimed_name TEXT,
    claimed_until INTEGER,
    passed_by INTEGER,
    passed_name TEXT,
    passed_at INTEGER
) STRICT;
-- Whether a provider's console asks for it; a provider that is not here has not chosen.
CREATE TABLE initial_review_rules (
    provider TEXT PRIMARY KEY NOT NULL,
    rule INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Providers that have their applicants told by e-mail (PRO-05), and up to which of their events that has been seen to.
CREATE TABLE notices (
    provider TEXT PRIMARY KEY NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Mails to be sent. Whom to is read from the filing when it is sent: no address stands here.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY NOT NULL,
    filing INTEGER NOT NULL,
    -- 1 reported, 2 returned.
    occasion INTEGER NOT NULL,
    -- When that was.
    happened_at INTEGER NOT NULL,
    -- Which of the filing's addresses, from 0.
    recipient INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    -- Not before then.
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_by_at ON mails (at, id);

-- What each province has decided, in the order of the decisions; written once, in the deciding transaction.
CREATE TABLE decisions (
    province INTEGER NOT NULL,
    at INTEGER NOT NULL,
    filing INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    reviewer TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    -- From the day after the arrival to the day of the decision.
    working_days INTEGER NOT NULL,
    PRIMARY KEY (province, at, filing)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_arrival ON decisions (province, arrived_at);

-- 备案信息库: organisers on record.
CREATE TABLE entities (
    no TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Their numbers, by the keyed hash of the document.
CREATE TABLE entity_numbers (
    entity BLOB PRIMARY KEY NOT NULL,
    no TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Websites and other services on record.
CREATE TABLE services (
    no TEXT PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Whose each domain is.
CREATE TABLE domains (
    domain TEXT PRIMARY KEY NOT NULL,
    service_no TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- The last number that each province has given; none is given twice.
CREATE TABLE last_numbers (
    province INTEGER PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL
) STRICT;

-- Limits (SEC-05): every count that was reached, appended in the transaction that counted. The engine, the one writer,
-- keeps the last of each key in memory and reads them at its start: a row by key would be a random page for every
-- request. The key begins with the day.
CREATE TABLE counters (
    no INTEGER PRIMARY KEY NOT NULL,
    key INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

-- Replies to requests with an Idempotency-Key, in the order in which they were made, kept for seven days.
CREATE TABLE replies (
    no INTEGER PRIMARY KEY NOT NULL,
    key BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    filing INTEGER,
    status INTEGER,
    sealed BLOB,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX replies_by_key ON replies (key);

-- How far each provider has acknowledged its feed.
CREATE TABLE acknowledged (
    provider TEXT PRIMARY KEY NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts of the staff (SEC-09). The name that colleagues see, the hash of the password and the second factor are sealed.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    -- GB/T 2260 code of the administration's province.
    province INTEGER,
    provider TEXT,
    sealed BLOB NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER,
    disabled_at INTEGER,
    -- Sessions of earlier generations are over.
    generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_by_name ON accounts (name);

-- Keys of the provider API. Each is a provider's or an administration's; the secrets are sealed.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY NOT NULL,
    provider TEXT,
    -- GB/T 2260 code of the administration's province.
    province INTEGER,
    label TEXT NOT NULL,
    -- Words with a space between them.
    scopes TEXT NOT NULL,
    networks TEXT NOT NULL,
    sealed BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_of_provider ON api_keys (provider, made_at, id);

-- Endpoints of providers for webhooks. Addresses and secrets are sealed.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    -- What it is told of: words with a space between them; nothing for everything.
    kinds TEXT NOT NULL,
    sealed BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    -- Since when every delivery has failed.
    failing_since INTEGER,
    -- Since when and why it gets nothing.
    off_at INTEGER,
    off_reason TEXT,
    -- Up to which event there are deliveries.
    event INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_of_provider ON webhooks (provider, made_at, id);

-- Events on their way to endpoints, in the order in which they were made, and for 30 days what became of them.
CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    endpoint INTEGER NOT NULL,
    provider TEXT NOT NULL,
    event INTEGER NOT NULL,
    -- 0 waiting, 1 delivered, 2 failed.
    state INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- While it waits: not before then.
    next_at INTEGER,
    -- How far up the ladder.
    step INTEGER NOT NULL,
    -- The last tries, as JSON.
    tries TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_of_provider ON webhook_deliveries (provider, id);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint, id);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (provider, id) WHERE state = 2;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at, id) WHERE next_at IS NOT NULL;

-- Open sessions, by the SHA-256 of their tokens.
CREATE TABLE sessions (
    tag BLOB PRIMARY KEY NOT NULL,
    account INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The audit log (SEC-12): who did what, by which right. Each hash holds the one before it (audit.rs); the line is what was
-- hashed, the columns beside it are there to find it by. Nothing is ever changed or removed.
CREATE TABLE audit (
    no INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Whose filing or account the subject is.
    provider TEXT,
    line TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_action ON audit (action);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE INDEX audit_by_provider ON audit (provider) WHERE provider IS NOT NULL;
CREATE TRIGGER audit_follows BEFORE INSERT ON audit
WHEN NEW.no IS NOT (SELECT coalesce(max(no), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'an entry of the audit log follows the last one'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'nothing is removed from the audit log'); END;
CREATE TRIGGER audit_stays_the_same BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'nothing is changed in the audit log'); END;

-- Signed heads of the audit log, by the entry that each stands for.
CREATE TABLE audit_checkpoints (
    no INTEGER PRIMARY KEY NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_checkpoints_follow BEFORE INSERT ON audit_checkpoints
WHEN NEW.no <= (SELECT coalesce(max(no), 0) FROM audit_checkpoints)
BEGIN SELECT RAISE(ABORT, 'a checkpoint of the audit log follows the last one'); END;
CREATE TRIGGER audit_checkpoints_stay BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'no checkpoint of the audit log is removed'); END;
CREATE TRIGGER audit_checkpoints_stay_the_same BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'no checkpoint of the audit log is changed'); END;

-- Requests to see the personal data of a filing in clear (SEC-14), for 90 days; the audit log keeps them.
CREATE TABLE unmaskings (
    filing INTEGER NOT NULL,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    -- GB/T 2260 code of the administration's province.
    province INTEGER,
    provider TEXT,
    reason TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    decider INTEGER,
    decider_name TEXT,
    decided_at INTEGER,
    approved INTEGER,
    looks INTEGER NOT NULL,
    PRIMARY KEY (filing, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX unmaskings_by_time ON unmaskings (requested_at, filing, account);

-- What takes two people (SEC-14): proposals of operators, decided or not; none is removed. `open`: something may still become
-- of it.
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    open INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX proposals_by_time ON proposals (proposed_at, id);
CREATE INDEX proposals_open ON proposals (kind) WHERE open = 1;

-- Versions of rule files that operators have put in; none is changed or removed.
CREATE TABLE rule_versions (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    account INTEGER NOT NULL,
    account_name TEXT NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_versions_by_time ON rule_versions (added_at, id);

-- Versions of rule files that two operators have activated, by proposal, and from when on each holds. One that is taken back
-- before its start is removed.
CREATE TABLE rule_activations (
    proposal INTEGER PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    approved_at INTEGER NOT NULL
) STRICT;

-- What happened, counted for the operator's charts by the task `statistics`, which follows the events. The day is that of
-- the round's report in Beijing, as 20260302, for what a round comes to, and the event's own for everything else.
CREATE TABLE daily_counts (
    day INTEGER NOT NULL,
    province INTEGER NOT NULL,
    provider TEXT NOT NULL,
    kind INTEGER NOT NULL,
    what INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, province, provider, kind, what)
) STRICT, WITHOUT ROWID;
-- Up to which event of each provider has been counted.
CREATE TABLE counted (
    provider TEXT PRIMARY KEY NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The steps that each round not yet decided has reached and that have been counted.
CREATE TABLE counted_rounds (
    filing INTEGER PRIMARY KEY NOT NULL,
    day INTEGER NOT NULL,
    steps INTEGER NOT NULL
) STRICT;

-- Files of filings (PRO-04): how many rows each has and what became of them. State: 0 working, 1 finished, 2 refused.
CREATE TABLE bulk_jobs (
    id INTEGER PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    created INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    state INTEGER NOT NULL,
    ended_at INTEGER,
    -- Who of the provider's staff handed it in, if it was in the console.
    account INTEGER,
    name TEXT
) STRICT;
CREATE INDEX bulk_jobs_by_provider ON bulk_jobs (provider, created_at, id);
CREATE INDEX bulk_jobs_under_way ON bulk_jobs (provider, id) WHERE state = 0;

-- Their rows that wait, fifty together: personal data, sealed, and deleted with the last of them. The number is the job's
-- and the chunk's.
CREATE TABLE bulk_chunks (
    no INTEGER PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- What became of each row: a filing, or what is wrong, as JSON without personal data. The number is the job's and the
-- row's place in it.
CREATE TABLE bulk_results (
    no INTEGER PRIMARY KEY NOT NULL,
    row_no INTEGER NOT NULL,
    order_no TEXT,
    filing INTEGER,
    errors TEXT
) STRICT;
CREATE INDEX bulk_results_at_fault ON bulk_results (no) WHERE errors IS NOT NULL;

-- The access providers that operators have named, and whom their applicants are told to ask, as JSON.
CREATE TABLE providers (
    id TEXT PRIMARY KEY NOT NULL,
    support TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The door of the enterprise interface: who may come, up to which number files were accepted, and up to which event results
-- were made. Passwords and keys are sealed.
CREATE TABLE enterprise_accounts (
    provider TEXT PRIMARY KEY NOT NULL,
    isp_id INTEGER NOT NULL UNIQUE,
    user_name TEXT NOT NULL,
    -- With a space between them.
    networks TEXT NOT NULL,
    encrypted INTEGER NOT NULL,
    may_report INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    generation INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    last INTEGER NOT NULL,
    last_upload INTEGER,
    -- Whether its code tables were made.
    tables INTEGER NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Random values that were used, by the password under which.
CREATE TABLE enterprise_used (
    provider TEXT NOT NULL,
    generation INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (provider, generation, value)
) STRICT, WITHOUT ROWID;

-- Since when files of records are being laid down, accepted or not.
CREATE TABLE enterprise_staged (
    upload INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Files that were accepted: their numbers, and how many of their records were looked at.
CREATE TABLE enterprise_uploads (
    id INTEGER PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    number INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    done INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX enterprise_uploads_waiting ON enterprise_uploads (taken_at, id) WHERE ended_at IS NULL;

-- What is in them, a few records together, sealed, until all have been looked at. The number is the file's and the part's.
CREATE TABLE enterprise_parts (
    no INTEGER PRIMARY KEY NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- Filings that came as records: by what results name each, and the record, sealed until the filing is erased.
CREATE TABLE enterprise_filed (
    filing INTEGER PRIMARY KEY NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BLOB
) STRICT;

-- What other records came to, as JSON without personal data, until it lies in a file of results.
CREATE TABLE enterprise_not_filed (
    no INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX enterprise_not_filed_of_provider ON enterprise_not_filed (provider, no);

-- Files for providers: those that wait, and for 30 days those that were taken away.
CREATE TABLE enterprise_results (
    no INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BLOB,
    made_at INTEGER NOT NULL,
    acknowledged_at INTEGER
) STRICT;
CREATE UNIQUE INDEX enterprise_results_by_name ON enterprise_results (provider, name);
CREATE INDEX enterprise_results_waiting ON enterprise_results (provider, no) WHERE acknowledged_at IS NULL;

-- Outages for which two operators have stopped clocks (DDL-06), as JSON; none is removed.
CREATE TABLE outages (
    proposal INTEGER PRIMARY KEY NOT NULL,
    approved_at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- Routes to carriers that an operator runs empty, as JSON: since when, and who wanted it.
CREATE TABLE drained_routes (
    route TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
