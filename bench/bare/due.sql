-- The bare answer of due-visits on 2026-11-22: who owes a visit, since when missed, last visited when, by whom.
-- Good only where each customer has had one tier since before count_from. No performers' grades, no shifted days.
WITH span AS (
    SELECT t.customer_id, t.tier,
           CASE t.tier WHEN 'normal' THEN '2026-10-01' ELSE '2026-11-01' END AS period_from,
           CASE t.tier WHEN 'normal' THEN 3 ELSE 1 END AS months
    FROM customer_tier t
    WHERE t.valid_from <= '2026-11-22' AND t.valid_to > '2026-11-22'
), owed AS (
    SELECT span.*, (
               SELECT max(v.visited_on) FROM visit v
               WHERE v.customer_id = span.customer_id AND v.visited_on <= '2026-11-22'
           ) AS last_done
    FROM span
), gap AS (
    SELECT owed.*, min(
               -- full periods between the last visit's and the current one
               CASE WHEN last_done IS NULL THEN 99 ELSE
                   (2026 * 12 + substr(period_from, 6, 2) - 1) / months
                   - (substr(last_done, 1, 4) * 12 + substr(last_done, 6, 2) - 1) / months - 1 END,
               -- full periods since count_from, 2026-01-01
               (substr(period_from, 6, 2) - 1) / months
           ) AS missed
    FROM owed
    WHERE last_done IS NULL OR last_done < period_from
)
SELECT CASE WHEN gap.missed > 0 THEN 'overdue' ELSE 'due' END AS status,
       c.account_no, c.name, gap.tier, m.name, gap.last_done, gap.missed
FROM gap
JOIN customer c ON c.id = gap.customer_id
LEFT JOIN customer_manager s
       ON s.customer_id = c.id AND s.valid_from <= '2026-11-22' AND s.valid_to > '2026-11-22'
LEFT JOIN manager m ON m.id = s.manager_id
