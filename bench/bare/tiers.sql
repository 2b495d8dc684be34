-- The bare answer of assign-tiers under three-fixed on 2026-11-22: every customer's tier and rank, stored.
-- No reasons, no journal, no earlier spans, no overrides, no editions.
BEGIN IMMEDIATE;
CREATE TABLE bare_tier (customer_id INTEGER PRIMARY KEY, tier TEXT, kwh INTEGER, kwh_rank INTEGER) STRICT;
INSERT INTO bare_tier
WITH sold AS MATERIALIZED (
    SELECT c.id, c.office_id,
           coalesce(
               (SELECT y.kwh FROM consumption y WHERE y.customer_id = c.id AND y.year = 2025 AND y.month = 0),
               (SELECT sum(m.kwh) FROM consumption m WHERE m.customer_id = c.id AND m.year = 2025 AND m.month > 0)
           ) AS kwh
    FROM customer c
    WHERE c.status IS NOT 'closed'
      AND (c.customer_class = 'high-voltage' OR c.pv = 1 OR c.ev_charging = 1)
), ranked AS MATERIALIZED (
    SELECT id, kwh, CASE WHEN kwh > 0 THEN rank() OVER (PARTITION BY office_id ORDER BY coalesce(kwh, 0) DESC) END AS place
    FROM sold
)
SELECT r.id,
       CASE WHEN r.place <= 10
                 OR (c.supply IN ('dual-source', 'multi-source') AND c.reliability_need = 'high')
                 OR c.social_impact = 1 THEN 'diamond'
            WHEN r.place <= 50
                 OR c.supply = 'dual-circuit' OR c.reliability_need IN ('some', 'high') OR c.pv = 1 OR c.ev_charging = 1
                 THEN 'gold'
            ELSE 'normal' END,
       r.kwh, r.place
FROM ranked r JOIN customer c ON c.id = r.id;
COMMIT;
SELECT tier FROM bare_tier
