-- Every customer of a line to one manager of it: what one UPDATE … FROM comes to, without reasons or history.
BEGIN IMMEDIATE;
CREATE TEMP TABLE line_manager AS
  SELECT l.id AS line_id, m.id AS manager_id
  FROM line l JOIN manager m ON m.office_id = l.office_id AND m.lines <> '' AND m.id % 20 = l.id % 20
  GROUP BY l.id;
CREATE UNIQUE INDEX temp.line_manager_line ON line_manager (line_id);
UPDATE customer_manager SET manager_id = t.manager_id
  FROM customer c JOIN line_manager t ON t.line_id = c.line_id
  WHERE c.id = customer_manager.customer_id AND customer_manager.valid_to = '9999-12-31'
    AND customer_manager.manager_id <> t.manager_id;
SELECT 'moved' FROM customer_manager h JOIN customer c ON c.id = h.customer_id
  JOIN line_manager t ON t.line_id = c.line_id AND t.manager_id = h.manager_id;
COMMIT
