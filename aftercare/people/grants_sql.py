"""The two SQL texts that say who may act: all of a person's grants, and all holders of a role.

Days are those of the company's clock. Deputies take over what the absent person holds, also what that one took over
from others; `UNION` ends circles of deputies.
"""

ACTOR = """
WITH RECURSIVE self AS (
    SELECT id, full_name FROM people_person WHERE id = %(person)s AND active AND (left_on IS NULL OR left_on >= %(day)s)
), covered(person) AS (
    SELECT id FROM self
    UNION
    SELECT l.person_id FROM covered c JOIN people_leave l ON l.deputy_id = c.person
    JOIN people_person p ON p.id = l.person_id AND p.active AND (p.left_on IS NULL OR p.left_on >= %(day)s)
    WHERE %(day)s BETWEEN l.starts AND l.ends
), held(role, store) AS (
    SELECT m.role, m.store_id FROM covered c JOIN people_membership m ON m.person_id = c.person
    WHERE m.starts <= %(day)s AND (m.ends IS NULL OR m.ends >= %(day)s)
    UNION
    SELECT s.role, s.store_id FROM covered c JOIN people_standin s ON s.person_id = c.person
    WHERE %(day)s BETWEEN s.starts AND s.ends
), reach(role, store) AS (
    SELECT role, store FROM held
    UNION
    SELECT r.role, s.id FROM reach r JOIN people_store s ON s.parent_id = r.store
)
SELECT full_name,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(role, store)), '[]') FROM reach)::text,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(p.role, p.action, p.scope)), '[]') FROM people_permission p
     WHERE p.role IN (SELECT role FROM held))::text
FROM self
"""

HOLDERS = """
WITH RECURSIVE above(store) AS (
    SELECT %(store)s::bigint
    UNION
    SELECT s.parent_id FROM above a JOIN people_store s ON s.id = a.store WHERE s.parent_id IS NOT NULL
), holder(person) AS (
    SELECT m.person_id FROM people_membership m
    WHERE m.role = %(role)s AND m.starts <= %(day)s AND (m.ends IS NULL OR m.ends >= %(day)s)
        AND (m.store_id IS NULL OR m.store_id IN (SELECT store FROM above))
    UNION
    SELECT s.person_id FROM people_standin s
    WHERE s.role = %(role)s AND %(day)s BETWEEN s.starts AND s.ends
        AND (s.store_id IS NULL OR s.store_id IN (SELECT store FROM above))
), working(person, covers) AS (
    SELECT h.person, h.person FROM holder h
    UNION
    SELECT l.deputy_id, w.covers FROM working w JOIN people_leave l ON l.person_id = w.person
    WHERE l.deputy_id IS NOT NULL AND %(day)s BETWEEN l.starts AND l.ends
)
SELECT p.id, p.full_name, nullif(w.covers, p.id) FROM working w JOIN people_person p ON p.id = w.person
WHERE p.active AND (p.left_on IS NULL OR p.left_on >= %(day)s)
    AND EXISTS (SELECT 1 FROM people_person c WHERE c.id = w.covers AND c.active
                AND (c.left_on IS NULL OR c.left_on >= %(day)s))
    AND NOT EXISTS (SELECT 1 FROM people_leave l WHERE l.person_id = p.id AND %(day)s BETWEEN l.starts AND l.ends)
ORDER BY (w.covers <> p.id), p.id
"""

TOKEN = """
SELECT t.id, t.person_id, t.scopes::text,
    t.last_used_at IS NULL OR t.last_used_at < %(now)s::timestamptz - interval '1 minute'
FROM people_token t
WHERE t.sha256 = %(sha256)s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %(now)s)
"""
