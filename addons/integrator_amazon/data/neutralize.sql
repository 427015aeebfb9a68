-- A copy of a live database must never talk to the seller's account.
UPDATE amazon_account
   SET automatic = FALSE, lwa_client_secret = NULL, refresh_token = NULL,
       lwa_client_id = NULL, connection_state = 'unknown';
UPDATE queue_job SET state = 'cancelled'
 WHERE channel LIKE 'root.amazon%'
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
