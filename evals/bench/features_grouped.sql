-- The same features as features.sql, written another way: the files are read once for each grouping,
-- and only what is small is kept. $files, $at (the moment), $today (the shop's day).
WITH goods AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($files)
    WHERE occurred_at < $at AND customer_id IS NOT NULL AND line_kind IN ('sale', 'return')
), sales AS NOT MATERIALIZED (
    SELECT * FROM goods WHERE line_kind = 'sale'
), returns AS MATERIALIZED (
    SELECT event_id AS return_id, customer_id, product_id, -quantity AS quantity,
           occurred_at AS returned_at
    FROM goods WHERE line_kind = 'return' AND product_id IS NOT NULL
), pairs AS MATERIALIZED (
    SELECT return_id, event_id, occurred_at
    FROM sales JOIN returns USING (customer_id, product_id, quantity)
    WHERE occurred_at <= returned_at AND occurred_at >= returned_at - INTERVAL 3 DAY
), cancelled AS MATERIALIZED (
    SELECT min(event_id) AS event_id
    FROM pairs JOIN (SELECT return_id, max(occurred_at) AS occurred_at FROM pairs GROUP BY return_id)
        USING (return_id, occurred_at)
    GROUP BY return_id
), kept AS NOT MATERIALIZED (
    SELECT * FROM sales ANTI JOIN cancelled USING (event_id)
), visits AS MATERIALIZED (
    SELECT customer_id, order_id, local_date, country, min(occurred_at) AS first_at,
           max(occurred_at) AS last_at, sum(total_minor)::BIGINT AS worth, sum(quantity) AS units,
           count(*) AS lines
    FROM kept GROUP BY ALL
), orders AS (
    SELECT customer_id, order_id, min(first_at) AS first_at, min(local_date) AS first_day,
           max(local_date) AS last_day, sum(worth)::BIGINT AS worth, sum(units) AS units,
           sum(lines)::BIGINT AS lines, 2 * pi() * dayofyear(min(local_date)) / 365.25 AS angle
    FROM visits GROUP BY customer_id, order_id
), customers AS (
    SELECT customer_id, count(*) AS frequency, $today - max(last_day) AS recency,
           $today - min(first_day) AS tenure, sum(worth)::BIGINT AS worth, sum(units) AS units,
           sum(lines)::BIGINT AS lines, min_by(worth, (first_at, order_id)) AS first_order_value,
           count_if(last_day >= $today - 90) AS recent, sum(cos(angle)) AS towards_new_year,
           sum(sin(angle)) AS towards_april
    FROM orders GROUP BY customer_id
), steps AS (
    SELECT customer_id, lead(day) OVER (PARTITION BY customer_id ORDER BY day) - day AS gap
    FROM (SELECT DISTINCT customer_id, local_date AS day FROM visits)
), rhythm AS MATERIALIZED (
    SELECT customer_id, count(*) AS order_days, sum(gap)::BIGINT AS span, count(gap) AS gaps,
           sum(gap * gap)::BIGINT AS squares
    FROM steps GROUP BY customer_id
), homes AS (
    SELECT customer_id, min(country) AS country
    FROM visits
    JOIN (SELECT customer_id, max(last_at) AS last_at FROM visits
          WHERE country IS NOT NULL GROUP BY customer_id) USING (customer_id, last_at)
    GROUP BY customer_id
), baskets AS (
    SELECT customer_id, count(*) AS products, sum(lines)::BIGINT AS product_lines
    FROM (SELECT customer_id, count(*) AS lines FROM kept
          WHERE product_id IS NOT NULL GROUP BY customer_id, product_id)
    GROUP BY customer_id
), shelves AS MATERIALIZED (
    SELECT customer_id, category, count(*) AS n, count(price) AS priced, sum(ln(price)) AS prices
    FROM (SELECT customer_id, category,
                 CASE WHEN unit_price > 0 THEN unit_price::DOUBLE END AS price FROM sales)
    WHERE category IS NOT NULL GROUP BY customer_id, category
), tastes AS (
    SELECT customer_id, min_by(category, (-n, category)) AS top_category,
           CASE WHEN count(*) = 1 THEN 0 ELSE ln(sum(n)) - sum(n * ln(n)) / sum(n) END AS entropy,
           exp(sum(prices - priced * usual) / sum(priced)) AS price_level,
           sum(CASE category WHEN 'Bath' THEN n ELSE 0 END) AS bath,
           sum(CASE category WHEN 'Christmas' THEN n ELSE 0 END) AS christmas,
           sum(CASE category WHEN 'Garden' THEN n ELSE 0 END) AS garden,
           sum(CASE category WHEN 'Kitchen' THEN n ELSE 0 END) AS kitchen,
           sum(CASE category WHEN 'Lighting' THEN n ELSE 0 END) AS lighting,
           sum(CASE category WHEN 'Stationery' THEN n ELSE 0 END) AS stationery,
           sum(CASE category WHEN 'Textiles' THEN n ELSE 0 END) AS textiles,
           sum(CASE category WHEN 'Toys' THEN n ELSE 0 END) AS toys
    FROM shelves
    JOIN (SELECT category, sum(prices) / sum(priced) AS usual FROM shelves GROUP BY category)
        USING (category)
    GROUP BY customer_id
), lines AS (
    SELECT customer_id, sum(total_minor)::BIGINT AS monetary, count(*) AS lines,
           count_if(sold) AS lines_sold, count_if(sold AND discount > 0) AS discounted,
           coalesce(sum(CASE WHEN sold THEN discount::DOUBLE * quantity END), 0) AS off,
           sum(CASE WHEN sold THEN unit_price::DOUBLE * quantity END) AS listed,
           count_if(sold AND weekday >= 6) AS weekend, count_if(hour >= 6 AND hour < 12) AS morning,
           count_if(hour < 6 OR hour >= 18) AS evening, sum(hour)::BIGINT AS hours,
           sum(hour * hour)::BIGINT AS squares, count_if(sold AND channel = 'online') AS online,
           count_if(sold AND channel = 'store') AS store, count_if(sold AND channel = 'app') AS app
    FROM (SELECT *, line_kind = 'sale' AS sold,
                 CASE WHEN line_kind = 'sale' THEN local_hour::BIGINT END AS hour FROM goods)
    GROUP BY customer_id
)
SELECT customer_id, recency, frequency, monetary, tenure, order_days, span / gaps AS gap_mean,
       CASE WHEN gaps > 1 THEN sqrt(gaps * rhythm.squares - span * span) / span END AS gap_variation,
       recency / ((coalesce(span, 0) + 2 * (SELECT sum(span) / sum(gaps) FROM rhythm)) / (gaps + 2))
           AS overdue,
       worth / frequency AS average_order, first_order_value, units / frequency AS units_per_order,
       customers.lines / frequency AS lines_per_order,
       coalesce(products, 0) / frequency AS products_per_order,
       (product_lines - products) / product_lines AS repeat_share,
       coalesce(product_lines, 0) AS product_lines, recent / frequency AS recent_share,
       towards_new_year / frequency AS year_end_lean, towards_april / frequency AS april_lean,
       lines_sold, lines.lines - lines_sold AS lines_returned, lines.lines AS lines,
       (lines.lines - lines_sold) / lines.lines AS return_share,
       weekend / lines_sold AS weekend_share, morning / lines_sold AS morning_share,
       evening / lines_sold AS evening_share,
       sqrt(lines_sold * lines.squares - hours * hours) / lines_sold AS hour_spread,
       discounted / lines_sold AS discount_share, off / nullif(listed, 0) AS average_discount,
       country, top_category, entropy AS category_entropy, price_level,
       online / lines_sold AS share_channel_online, store / lines_sold AS share_channel_store,
       app / lines_sold AS share_channel_app,
       coalesce(bath, 0) / lines_sold AS share_category_bath,
       coalesce(christmas, 0) / lines_sold AS share_category_christmas,
       coalesce(garden, 0) / lines_sold AS share_category_garden,
       coalesce(kitchen, 0) / lines_sold AS share_category_kitchen,
       coalesce(lighting, 0) / lines_sold AS share_category_lighting,
       coalesce(stationery, 0) / lines_sold AS share_category_stationery,
       coalesce(textiles, 0) / lines_sold AS share_category_textiles,
       coalesce(toys, 0) / lines_sold AS share_category_toys
FROM customers JOIN rhythm USING (customer_id) JOIN lines USING (customer_id)
LEFT JOIN baskets USING (customer_id) LEFT JOIN homes USING (customer_id)
LEFT JOIN tastes USING (customer_id)
ORDER BY customer_id
