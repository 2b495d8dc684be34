-- The bare answer of assign-tiers under three-fixed on 2026-11-22: every customer's tier and rank, stored.
-- No reasons, no journal, no earlier spans, no overrides, no editions.
BEGIN IMMEDIATE;
CREATE TABLE bare_tier (customer_id INTEGER PRIMARY KEY, tier TEXT, kwh INTEGER, kwh_rank INTEGER) STRICT;
INSERT INTO bare_tier
WITH used AS (
    SELECT c.id, c.office_id, c.supply, c.reliability_need, c.social_impact, c.pv, c.ev_charging,
           coalesce(
               (SELECT y.kwh FROM consumption y WHERE y.customer_id = c.id AND y.year = 2025 AND y.month = 0),
               (SELECT sum(m.kwh) FROM consumption m WHERE m.customer_id = c.id AND m.year = 2025 AND m.month > 0)
           ) AS kwh
    FROM customer c
    WHERE c.status IS NOT 'closed'
      AND (c.customer_class = 'high-voltage' OR c.pv = 1 OR c.ev_charging = 1)
), ranked AS (
    SELECT used.*, rank() OVER (PARTITION BY office_id ORDER BY coalesce(kwh, 0) DESC) AS place FROM used
)
SELECT id,
       CASE WHEN (kwh > 0 AND place <= 10)
                 OR (supply = 'dual-source' AND reliability_need = 'high') OR social_impact = 1 THEN 'diamond'
            WHEN (kwh > 0 AND place <= 50)
                 OR supply = 'dual-circuit' OR reliability_need IN ('some', 'high') OR pv = 1 OR ev_charging = 1
                 THEN 'gold'
            ELSE 'normal' END,
       kwh,
       CASE WHEN kwh > 0 THEN place END
FROM ranked;
COMMIT;
SELECT tier FROM bare_tier
