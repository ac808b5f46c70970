-- The house: catalog, directory, subscriptions, licenses, keys, money, audit, work.
-- Instants are microseconds since 1970 (UTC), ids 16 bytes, enums TEXT with CHECK, structured values JSON text that no statement looks into.
-- Every organization's table has organization_id first in its primary key and indexes; the exceptions say why.

-- Catalog: the vendor's own, so without an organization ---------------------------------------------------------------

CREATE TABLE product (
    id BLOB NOT NULL,
    part_number TEXT NOT NULL,
    name TEXT NOT NULL,
    maximum_quantity INTEGER,
    end_of_sale INTEGER NOT NULL,
    CONSTRAINT product_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_plan (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    friendly_name TEXT NOT NULL,
    applies_to TEXT NOT NULL CONSTRAINT service_plan_applies_to CHECK (applies_to IN ('User', 'Company')),
    prohibited_in TEXT NOT NULL,
    exclusive_group INTEGER,
    CONSTRAINT service_plan_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_plan (
    product_id BLOB NOT NULL CONSTRAINT product_plan_product REFERENCES product (id),
    position INTEGER NOT NULL,
    plan_id BLOB NOT NULL CONSTRAINT product_plan_plan REFERENCES service_plan (id),
    CONSTRAINT product_plan_pk PRIMARY KEY (product_id, plan_id)
) STRICT, WITHOUT ROWID;

-- A plan needs, for each requirement, one of its alternatives.
CREATE TABLE plan_dependency (
    plan_id BLOB NOT NULL CONSTRAINT plan_dependency_plan REFERENCES service_plan (id),
    requirement INTEGER NOT NULL,
    alternative_id BLOB NOT NULL CONSTRAINT plan_dependency_alternative REFERENCES service_plan (id),
    CONSTRAINT plan_dependency_pk PRIMARY KEY (plan_id, requirement, alternative_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE app (
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT app_kind CHECK (kind IN ('desktop', 'mobile', 'web')),
    platforms TEXT NOT NULL,
    CONSTRAINT app_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_plan (
    app_id TEXT NOT NULL CONSTRAINT app_plan_app REFERENCES app (id),
    plan_id BLOB NOT NULL,
    CONSTRAINT app_plan_pk PRIMARY KEY (app_id, plan_id)
) STRICT, WITHOUT ROWID;

-- What a person downloads; the bytes are in the object store under object_key.
CREATE TABLE app_release (
    app_id TEXT NOT NULL CONSTRAINT app_release_app REFERENCES app (id),
    platform TEXT NOT NULL,
    version TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    object_key TEXT NOT NULL,
    released_at INTEGER NOT NULL,
    CONSTRAINT app_release_pk PRIMARY KEY (app_id, platform)
) STRICT, WITHOUT ROWID;

CREATE TABLE price (
    product_id BLOB NOT NULL CONSTRAINT price_product REFERENCES product (id),
    term TEXT NOT NULL,
    currency TEXT NOT NULL,
    unit_minor INTEGER NOT NULL CONSTRAINT price_unit_minor CHECK (unit_minor >= 0),
    CONSTRAINT price_pk PRIMARY KEY (product_id, term, currency)
) STRICT, WITHOUT ROWID;

-- One row, raised whenever the catalog, apps or prices change, so that a process knows when to read them again.
CREATE TABLE catalog_version (
    id INTEGER NOT NULL CONSTRAINT catalog_version_one CHECK (id = 1),
    version INTEGER NOT NULL,
    CONSTRAINT catalog_version_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
INSERT INTO catalog_version (id, version) VALUES (1, 0);

-- Directory ------------------------------------------------------------------------------------------------------------

CREATE TABLE organization (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- The folded name in UTF-8: bytes sort alike on both engines.
    sort_name BLOB NOT NULL,
    country TEXT NOT NULL,
    -- Fixed at the first purchase.
    currency TEXT,
    sandbox INTEGER NOT NULL,
    -- How far a sandbox's clock runs ahead, in microseconds.
    clock_ahead INTEGER NOT NULL,
    invoice_approved INTEGER NOT NULL,
    billing_blocked INTEGER NOT NULL,
    installs_off INTEGER NOT NULL,
    license_salt BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT organization_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_sort_name ON organization (sort_name, id);

-- Exception to organization first: a domain belongs to one organization among all.
CREATE TABLE domain (
    name TEXT NOT NULL,
    organization_id BLOB NOT NULL CONSTRAINT domain_organization REFERENCES organization (id),
    -- The one it came with; the others are custom (CA-05).
    initial INTEGER NOT NULL,
    CONSTRAINT domain_pk PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE INDEX domain_of_organization ON domain (organization_id, name);

-- Exception: a person signs in before anyone knows to which organization. Names are folded.
CREATE TABLE sign_in_name (
    name TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    CONSTRAINT sign_in_name_pk PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_name_of_user ON sign_in_name (organization_id, user_id);

CREATE TABLE directory_user (
    organization_id BLOB NOT NULL CONSTRAINT user_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    user_principal_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    -- The folded display name in UTF-8.
    sort_name BLOB NOT NULL,
    given_name TEXT,
    surname TEXT,
    mail TEXT,
    mail_nickname TEXT,
    job_title TEXT,
    mobile_phone TEXT,
    office_location TEXT,
    preferred_language TEXT,
    business_phones TEXT NOT NULL,
    usage_location TEXT,
    account_enabled INTEGER NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT user_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_principal_name_unique ON directory_user (organization_id, user_principal_name);
CREATE INDEX user_sort_name ON directory_user (organization_id, sort_name, id) WHERE deleted_at IS NULL;

CREATE TABLE role_member (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT role_member_pk PRIMARY KEY (organization_id, user_id, role),
    CONSTRAINT role_member_user FOREIGN KEY (organization_id, user_id) REFERENCES directory_user (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_member_by_role ON role_member (organization_id, role, user_id);

CREATE TABLE directory_group (
    organization_id BLOB NOT NULL CONSTRAINT group_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT group_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_member (
    organization_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    CONSTRAINT group_member_pk PRIMARY KEY (organization_id, group_id, user_id),
    CONSTRAINT group_member_group FOREIGN KEY (organization_id, group_id) REFERENCES directory_group (organization_id, id),
    CONSTRAINT group_member_user FOREIGN KEY (organization_id, user_id) REFERENCES directory_user (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE client (
    organization_id BLOB NOT NULL CONSTRAINT client_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT client_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_secret (
    organization_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT client_secret_pk PRIMARY KEY (organization_id, client_id, hash),
    CONSTRAINT client_secret_client FOREIGN KEY (organization_id, client_id) REFERENCES client (organization_id, id)
) STRICT, WITHOUT ROWID;

-- The vendor's people. Exception: they belong to no organization.
CREATE TABLE operator (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT operator_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX operator_name_unique ON operator (name);

-- A browser session of a user, or of an operator (then in the organization of all zeros).
CREATE TABLE session (
    organization_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    person_kind TEXT NOT NULL CONSTRAINT session_person_kind CHECK (person_kind IN ('user', 'operator')),
    person_id BLOB NOT NULL,
    csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT session_pk PRIMARY KEY (organization_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_person ON session (organization_id, person_id);
-- Exception, as in the two tables below: what has expired is removed for all organizations together.
CREATE INDEX session_expiry ON session (expires_at);

-- A vendor API token of an operator, shown once.
CREATE TABLE operator_token (
    hash BLOB NOT NULL,
    operator_id BLOB NOT NULL CONSTRAINT operator_token_operator REFERENCES operator (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT operator_token_pk PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE refresh_token (
    organization_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    family BLOB NOT NULL,
    user_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT refresh_token_pk PRIMARY KEY (organization_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_family ON refresh_token (organization_id, family);
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);

-- Exception: a device code is asked for before anyone knows by whom it will be approved.
CREATE TABLE device_code (
    hash BLOB NOT NULL,
    user_code TEXT NOT NULL,
    client_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    polled_at INTEGER,
    organization_id BLOB,
    user_id BLOB,
    denied INTEGER NOT NULL,
    CONSTRAINT device_code_pk PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_code_user_code_unique ON device_code (user_code);
CREATE INDEX device_code_expiry ON device_code (expires_at);

-- Subscriptions and licenses ---------------------------------------------------------------------------------------------

CREATE TABLE subscription (
    organization_id BLOB NOT NULL CONSTRAINT subscription_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    product_id BLOB NOT NULL CONSTRAINT subscription_product REFERENCES product (id),
    channel TEXT NOT NULL,
    term TEXT NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT subscription_quantity CHECK (quantity >= 0),
    created_at INTEGER NOT NULL,
    anchor INTEGER NOT NULL,
    period_start INTEGER NOT NULL,
    period_end INTEGER NOT NULL,
    recurring INTEGER NOT NULL,
    standing TEXT NOT NULL CONSTRAINT subscription_standing CHECK (standing IN ('pending', 'running', 'paymentFailing', 'cut', 'deleted')),
    standing_at INTEGER,
    cut_why TEXT,
    hold_since INTEGER,
    settled_to INTEGER NOT NULL,
    -- Computed from the facts above at every write, for statements that compare them with now.
    starts INTEGER,
    renews INTEGER,
    expires INTEGER,
    disables INTEGER,
    deletes INTEGER,
    payment_method_id BLOB,
    purchase_order TEXT,
    seller TEXT,
    replaces BLOB,
    replaced_by BLOB,
    parent_id BLOB,
    version INTEGER NOT NULL,
    CONSTRAINT subscription_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_of_product ON subscription (organization_id, product_id, id);
CREATE INDEX subscription_paid_with ON subscription (organization_id, payment_method_id);

-- The row that everyone who changes a product's units locks first (the guard).
CREATE TABLE pool (
    organization_id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    consumed INTEGER NOT NULL CONSTRAINT pool_consumed CHECK (consumed >= 0),
    version INTEGER NOT NULL,
    CONSTRAINT pool_pk PRIMARY KEY (organization_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    -- The group it is inherited from; all zeros when it is direct.
    source_id BLOB NOT NULL,
    disabled_plans TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT assignment_state CHECK (state IN ('Active', 'ActiveWithError', 'Disabled', 'Error')),
    error TEXT,
    updated_at INTEGER NOT NULL,
    CONSTRAINT assignment_pk PRIMARY KEY (organization_id, user_id, product_id, source_id),
    CONSTRAINT assignment_user FOREIGN KEY (organization_id, user_id) REFERENCES directory_user (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_of_product ON assignment (organization_id, product_id, user_id);

CREATE TABLE device (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    platform TEXT NOT NULL,
    activated_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    signed_out_at INTEGER,
    CONSTRAINT device_pk PRIMARY KEY (organization_id, user_id, id),
    CONSTRAINT device_user FOREIGN KEY (organization_id, user_id) REFERENCES directory_user (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Product keys ------------------------------------------------------------------------------------------------------------

CREATE TABLE vendor_secret (
    epoch INTEGER NOT NULL CONSTRAINT vendor_secret_epoch CHECK (epoch BETWEEN 0 AND 31),
    wrapped BLOB NOT NULL,
    next_number INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT vendor_secret_pk PRIMARY KEY (epoch)
) STRICT, WITHOUT ROWID;

-- Exception: a batch is made before anyone owns its keys.
CREATE TABLE key_batch (
    id BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    first_number INTEGER NOT NULL,
    key_count INTEGER NOT NULL CONSTRAINT key_batch_count CHECK (key_count > 0),
    product_id BLOB NOT NULL CONSTRAINT key_batch_product REFERENCES product (id),
    quantity INTEGER NOT NULL CONSTRAINT key_batch_quantity CHECK (quantity > 0),
    term TEXT NOT NULL,
    country TEXT,
    redeem_by INTEGER,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CONSTRAINT key_batch_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX key_batch_range_unique ON key_batch (epoch, first_number);
CREATE INDEX key_batch_at ON key_batch (created_at, id);

CREATE TABLE key_revocation (
    epoch INTEGER NOT NULL,
    first_number INTEGER NOT NULL,
    last_number INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT key_revocation_pk PRIMARY KEY (epoch, first_number),
    CONSTRAINT key_revocation_range CHECK (first_number <= last_number)
) STRICT, WITHOUT ROWID;

-- Exception: a key is redeemed once among all organizations (INV-6), so its number alone is the key.
CREATE TABLE redemption (
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    batch_id BLOB NOT NULL CONSTRAINT redemption_batch REFERENCES key_batch (id),
    organization_id BLOB NOT NULL,
    order_id BLOB NOT NULL,
    subscription_id BLOB NOT NULL,
    last_five TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT redemption_pk PRIMARY KEY (epoch, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX redemption_of_organization ON redemption (organization_id, at);
CREATE INDEX redemption_of_batch ON redemption (batch_id, at);

-- Wrong keys that only a guess produces, per organization, user or address (the scope).
CREATE TABLE key_guess (
    scope TEXT NOT NULL,
    since INTEGER NOT NULL,
    guesses INTEGER NOT NULL,
    CONSTRAINT key_guess_pk PRIMARY KEY (scope)
) STRICT, WITHOUT ROWID;

-- Money ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE payment_method (
    organization_id BLOB NOT NULL CONSTRAINT payment_method_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CONSTRAINT payment_method_kind CHECK (kind IN ('invoice', 'sandboxCard', 'stripe')),
    label TEXT NOT NULL,
    brand TEXT,
    last_four TEXT,
    expiry TEXT,
    holder TEXT,
    country TEXT NOT NULL,
    -- The gateway's reference, never a card number.
    reference TEXT NOT NULL,
    added_by BLOB,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CONSTRAINT payment_method_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- A charge that is meant: stored before the gateway is called; its id is the gateway's idempotency key.
CREATE TABLE charge_intent (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    subscription_id BLOB NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT charge_intent_purpose CHECK (purpose IN ('reactivate', 'renew', 'quantity', 'purchase')),
    state TEXT NOT NULL CONSTRAINT charge_intent_state CHECK (state IN ('open', 'succeeded', 'declined', 'refunded', 'abandoned')),
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    payment_method_id BLOB NOT NULL,
    command TEXT NOT NULL,
    actor TEXT NOT NULL,
    gateway_reference TEXT,
    decline TEXT,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    CONSTRAINT charge_intent_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX charge_intent_open_unique ON charge_intent (organization_id, subscription_id, purpose) WHERE state = 'open';
CREATE INDEX charge_intent_of_subscription ON charge_intent (organization_id, subscription_id, created_at);

-- What an organization owes (positive) or is owed (negative), line by line.
CREATE TABLE ledger_entry (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subscription_id BLOB,
    charge_id BLOB,
    quantity INTEGER,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT ledger_entry_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_entry_at ON ledger_entry (organization_id, at, id);
CREATE INDEX ledger_entry_of_subscription ON ledger_entry (organization_id, subscription_id, at);

-- Support --------------------------------------------------------------------------------------------------------------------

CREATE TABLE service_request (
    organization_id BLOB NOT NULL CONSTRAINT service_request_organization REFERENCES organization (id),
    id BLOB NOT NULL,
    topic TEXT NOT NULL,
    severity TEXT NOT NULL CONSTRAINT service_request_severity CHECK (severity IN ('critical', 'moderate', 'minimal')),
    status TEXT NOT NULL CONSTRAINT service_request_status CHECK (status IN ('open', 'attention_needed', 'closed')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    subscription_id BLOB,
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    contact_phone TEXT,
    prefers TEXT NOT NULL CONSTRAINT service_request_prefers CHECK (prefers IN ('email', 'phone')),
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    closed_at INTEGER,
    CONSTRAINT service_request_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX service_request_at ON service_request (organization_id, created_at, id);
-- Exception: the operators' list of every organization's requests.
CREATE INDEX service_request_of_all ON service_request (created_at, id);
CREATE INDEX service_request_unclosed ON service_request (created_at, id) WHERE status <> 'closed';

CREATE TABLE service_request_note (
    organization_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    id BLOB NOT NULL,
    author TEXT NOT NULL,
    by_operator INTEGER NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT service_request_note_pk PRIMARY KEY (organization_id, request_id, id),
    CONSTRAINT service_request_note_request FOREIGN KEY (organization_id, request_id) REFERENCES service_request (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Record and work --------------------------------------------------------------------------------------------------------------

-- Append-only. Written unchained; one sealer per organization numbers and chains the rows afterwards.
CREATE TABLE audit (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    before_value TEXT,
    after_value TEXT,
    -- Names and the like; chained as a salted hash, so that erasing value and salt leaves the chain whole.
    personal TEXT,
    personal_salt BLOB,
    personal_hash BLOB,
    seq INTEGER,
    chain BLOB,
    CONSTRAINT audit_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_of_subject ON audit (organization_id, subject_id, at, id);
CREATE INDEX audit_at ON audit (organization_id, at, id);
CREATE UNIQUE INDEX audit_seq_unique ON audit (organization_id, seq);
CREATE INDEX audit_unsealed ON audit (organization_id, id) WHERE seq IS NULL;

-- Events for webhooks and mail, in order per subject.
CREATE TABLE outbox (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL,
    delivered_at INTEGER,
    CONSTRAINT outbox_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (organization_id, at, id) WHERE delivered_at IS NULL;

CREATE TABLE job (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    payload TEXT NOT NULL,
    -- When it is due, on the organization's clock.
    at INTEGER NOT NULL,
    state TEXT NOT NULL CONSTRAINT job_state CHECK (state IN ('waiting', 'parked')),
    attempts INTEGER NOT NULL,
    -- Until when a worker has it, on the machine's clock.
    leased_until INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT job_pk PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX job_subject_unique ON job (organization_id, kind, subject_id);
CREATE INDEX job_waiting ON job (organization_id, at, id) WHERE state = 'waiting';
CREATE INDEX job_leased ON job (organization_id, leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX job_parked ON job (organization_id, id) WHERE state = 'parked';

-- Exception: tells a worker which organizations have work, and from when.
CREATE TABLE due (
    organization_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT due_pk PRIMARY KEY (organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at);

CREATE TABLE idempotency (
    organization_id BLOB NOT NULL,
    key TEXT NOT NULL,
    actor TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    response TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT idempotency_pk PRIMARY KEY (organization_id, actor, key)
) STRICT, WITHOUT ROWID;
-- Exception: what is too old to be asked for again is removed for all organizations together.
CREATE INDEX idempotency_age ON idempotency (created_at);

-- The server's own: signing keys, wrapped by the root key.
CREATE TABLE signing_key (
    kid TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    CONSTRAINT signing_key_pk PRIMARY KEY (kid)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT setting_pk PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
