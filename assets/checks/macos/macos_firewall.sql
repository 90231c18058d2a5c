-- Purpose: the application firewall is on, or blocks everything.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: a firewall of another maker is not seen. If macOS does not tell the state, the
--   answer is a fail.
SELECT EXISTS(
  SELECT 1
  FROM alf
  WHERE global_state >= 1
) AS pass;
