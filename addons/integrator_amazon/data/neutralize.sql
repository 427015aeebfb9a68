-- A copy of a live database must never talk to the seller's account.
UPDATE amazon_account
   SET mode = 'stopped', automatic = FALSE, connection_state = 'unknown';
DELETE FROM integrator_secret WHERE record_model = 'amazon.account';
DELETE FROM amazon_access_token;
DELETE FROM amazon_consent;
UPDATE queue_job SET state = 'cancelled'
 WHERE channel LIKE 'root.amazon%'
   AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started');
