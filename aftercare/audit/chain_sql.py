"""The chain lives in the database, so that no writer can forget it and none holds its lock longer than a commit.

The trigger that links a trace is deferred: it runs at COMMIT, after every other lock of the transaction was taken.
A lock at the time of the insert would be held while the rest of the transaction runs, and could deadlock with it.
"""

# One statement a text: with server-side binding several cannot be sent at once.
DIGEST = """
CREATE FUNCTION audit_digest(prev text, seq bigint, t audit_trace) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        prev, seq, t.id, (extract(epoch FROM t.at) * 1000000)::bigint, t.actor, t.actor_name, t.address, t.action,
        t.kind, t.what, t.result, t.data)::text, 'UTF8')), 'hex')
$$
"""
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head audit_chainhead;
BEGIN
    SELECT * INTO head FROM audit_chainhead WHERE id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_chainhead (id, seq, hash) VALUES (1, 0, '') ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM audit_chainhead WHERE id = 1 FOR UPDATE;
    END IF;
    UPDATE audit_chainhead SET seq = head.seq + 1, hash = audit_digest(head.hash, head.seq + 1, NEW) WHERE id = 1
        RETURNING * INTO head;
    INSERT INTO audit_link (seq, trace, hash) VALUES (head.seq, NEW.id, head.hash);
    RETURN NULL;
END $$
"""
CHAIN_TRIGGER = """
CREATE CONSTRAINT TRIGGER audit_trace_chain AFTER INSERT ON audit_trace
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain()
"""
APPEND_ONLY = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
TRACE_KEPT = """
CREATE TRIGGER audit_trace_kept BEFORE UPDATE OR DELETE ON audit_trace
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()
"""
LINK_KEPT = """
CREATE TRIGGER audit_link_kept BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()
"""

# (do, undo) in this order.
STEPS = (
    (DIGEST, "DROP FUNCTION audit_digest(text, bigint, audit_trace)"),
    (CHAIN, "DROP FUNCTION audit_chain()"),
    (CHAIN_TRIGGER, "DROP TRIGGER audit_trace_chain ON audit_trace"),
    (APPEND_ONLY, "DROP FUNCTION audit_append_only()"),
    (TRACE_KEPT, "DROP TRIGGER audit_trace_kept ON audit_trace"),
    (LINK_KEPT, "DROP TRIGGER audit_link_kept ON audit_link"),
)
