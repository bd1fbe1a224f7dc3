-- Every feature of the transactions, written by hand for DuckDB, as somebody would who needs it once:
-- $files, $at (the moment), $today (the shop's day). Categories and channels are those of our shops.
WITH goods AS (
    SELECT customer_id, order_id, event_id, line_kind = 'sale' AS sold, occurred_at, local_date,
           local_hour::BIGINT AS hour, weekday, product_id, category, channel, country, quantity,
           unit_price::DOUBLE AS price, discount::DOUBLE AS discount, total_minor
    FROM read_parquet($files)
    WHERE occurred_at < $at AND customer_id IS NOT NULL AND line_kind IN ('sale', 'return')
), cancelled AS (
    SELECT sale.event_id
    FROM goods AS back
    JOIN goods AS sale
      ON sale.customer_id = back.customer_id AND sale.product_id = back.product_id
     AND sale.quantity = -back.quantity
     AND sale.occurred_at BETWEEN back.occurred_at - INTERVAL 3 DAY AND back.occurred_at
    WHERE NOT back.sold AND sale.sold
    QUALIFY row_number() OVER (
        PARTITION BY back.event_id ORDER BY sale.occurred_at DESC, sale.event_id) = 1
), kept AS MATERIALIZED (
    SELECT * FROM goods ANTI JOIN cancelled USING (event_id) WHERE sold
), lines AS (
    SELECT customer_id,
           sum(total_minor)::BIGINT AS monetary,
           count(*) AS lines,
           count(*) FILTER (sold) AS lines_sold,
           count(*) FILTER (NOT sold) AS lines_returned,
           count(*) FILTER (sold AND discount > 0) AS discounted,
           coalesce(sum(discount * quantity) FILTER (sold), 0) AS off,
           sum(price * quantity) FILTER (sold) AS listed,
           count(*) FILTER (sold AND weekday >= 6) AS weekend,
           count(*) FILTER (sold AND hour BETWEEN 6 AND 11) AS morning,
           count(*) FILTER (sold AND (hour < 6 OR hour >= 18)) AS evening,
           sum(hour) FILTER (sold)::BIGINT AS hours,
           sum(hour * hour) FILTER (sold)::BIGINT AS squares,
           count(*) FILTER (sold AND channel = 'online') AS online,
           count(*) FILTER (sold AND channel = 'store') AS store,
           count(*) FILTER (sold AND channel = 'app') AS app
    FROM goods GROUP BY customer_id
), orders AS (
    SELECT customer_id, order_id, min(occurred_at) AS first_at, min(local_date) AS first_day,
           max(local_date) AS last_day, sum(total_minor)::BIGINT AS worth, sum(quantity) AS units,
           count(*) AS lines
    FROM kept GROUP BY customer_id, order_id
), by_order AS (
    SELECT customer_id,
           date_diff('day', max(last_day), $today) AS recency,
           count(*) AS frequency,
           date_diff('day', min(first_day), $today) AS tenure,
           sum(worth)::BIGINT AS worth,
           arg_min(worth, (first_at, order_id)) AS first_order_value,
           sum(units) AS units,
           sum(lines)::BIGINT AS kept_lines,
           count(*) FILTER (last_day >= $today - INTERVAL 90 DAY) AS recent,
           sum(cos(2 * pi() * dayofyear(first_day) / 365.25)) AS year_end,
           sum(sin(2 * pi() * dayofyear(first_day) / 365.25)) AS april
    FROM orders GROUP BY customer_id
), gaps AS (
    SELECT customer_id, local_date,
           date_diff('day', lag(local_date) OVER (PARTITION BY customer_id ORDER BY local_date),
                     local_date) AS gap
    FROM (SELECT DISTINCT customer_id, local_date FROM kept)
), rhythm AS (
    SELECT customer_id, count(*) AS order_days, count(gap) AS gaps, sum(gap)::BIGINT AS span,
           sum(gap * gap)::BIGINT AS squares
    FROM gaps GROUP BY customer_id
), shop AS (
    SELECT sum(span) / sum(gaps) AS gap FROM rhythm
), products AS (
    SELECT customer_id, count(DISTINCT product_id) AS products, count(product_id) AS product_lines,
           arg_min(country, (-epoch_us(occurred_at), country)) FILTER (country IS NOT NULL)
               AS country
    FROM kept GROUP BY customer_id
), by_category AS (
    SELECT customer_id, category, count(*)::BIGINT AS n,
           count(*) FILTER (price > 0) AS priced, sum(ln(price)) FILTER (price > 0) AS prices
    FROM goods WHERE sold AND category IS NOT NULL GROUP BY customer_id, category
), usual AS (
    SELECT category, sum(prices) / sum(priced) AS price FROM by_category GROUP BY category
), categories AS (
    SELECT customer_id,
           arg_min(category, (-n, category)) AS top_category,
           CASE WHEN count(*) > 1 THEN ln(sum(n)) - sum(n * ln(n)) / sum(n) ELSE 0 END AS entropy,
           exp(sum(prices - priced * usual.price) / sum(priced)) AS price_level,
           sum(n) FILTER (category = 'Bath') AS bath,
           sum(n) FILTER (category = 'Christmas') AS christmas,
           sum(n) FILTER (category = 'Garden') AS garden,
           sum(n) FILTER (category = 'Kitchen') AS kitchen,
           sum(n) FILTER (category = 'Lighting') AS lighting,
           sum(n) FILTER (category = 'Stationery') AS stationery,
           sum(n) FILTER (category = 'Textiles') AS textiles,
           sum(n) FILTER (category = 'Toys') AS toys
    FROM by_category JOIN usual USING (category) GROUP BY customer_id
)
SELECT customer_id, recency, frequency, monetary, tenure, order_days,
       span / gaps AS gap_mean,
       CASE WHEN gaps > 1 THEN sqrt(gaps * rhythm.squares - span * span) / span END AS gap_variation,
       recency / ((coalesce(span, 0) + 2 * (SELECT gap FROM shop)) / (gaps + 2)) AS overdue,
       worth / frequency AS average_order,
       first_order_value,
       units / frequency AS units_per_order,
       kept_lines / frequency AS lines_per_order,
       products / frequency AS products_per_order,
       (product_lines - products) / nullif(product_lines, 0) AS repeat_share,
       product_lines,
       recent / frequency AS recent_share,
       year_end / frequency AS year_end_lean, april / frequency AS april_lean,
       lines_sold, lines_returned, lines.lines AS lines,
       lines_returned / lines.lines AS return_share,
       weekend / lines_sold AS weekend_share,
       morning / lines_sold AS morning_share,
       evening / lines_sold AS evening_share,
       sqrt(lines_sold * lines.squares - hours * hours) / lines_sold AS hour_spread,
       discounted / lines_sold AS discount_share,
       off / nullif(listed, 0) AS average_discount,
       country, top_category, entropy AS category_entropy, price_level,
       online / lines_sold AS share_channel_online,
       store / lines_sold AS share_channel_store,
       app / lines_sold AS share_channel_app,
       coalesce(bath, 0) / lines_sold AS share_category_bath,
       coalesce(christmas, 0) / lines_sold AS share_category_christmas,
       coalesce(garden, 0) / lines_sold AS share_category_garden,
       coalesce(kitchen, 0) / lines_sold AS share_category_kitchen,
       coalesce(lighting, 0) / lines_sold AS share_category_lighting,
       coalesce(stationery, 0) / lines_sold AS share_category_stationery,
       coalesce(textiles, 0) / lines_sold AS share_category_textiles,
       coalesce(toys, 0) / lines_sold AS share_category_toys
FROM by_order JOIN rhythm USING (customer_id) JOIN lines USING (customer_id)
JOIN products USING (customer_id) LEFT JOIN categories USING (customer_id)
ORDER BY customer_id
