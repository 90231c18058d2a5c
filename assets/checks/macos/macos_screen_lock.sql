-- Purpose: a management profile locks the screen when nobody uses it.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: 600 is the most idle time in seconds, 60 the most time until the password is asked for.
-- May be wrong: a person may have a stricter setting of their own, which is not seen: macOS tells
--   it only for whoever runs the query. Settings by declaration instead of a profile are not seen
--   either.
SELECT
  EXISTS(
    SELECT 1 FROM managed_policies
    WHERE domain = 'com.apple.screensaver' AND username = ''
      AND name = 'askForPassword' AND value IN ('1', 'true')
  )
  AND EXISTS(
    SELECT 1 FROM managed_policies
    WHERE domain = 'com.apple.screensaver' AND username = ''
      AND name = 'askForPasswordDelay'
      AND value GLOB '[0-9]*' AND CAST(value AS INTEGER) <= 60
  )
  AND EXISTS(
    SELECT 1 FROM managed_policies
    WHERE domain = 'com.apple.screensaver' AND username = ''
      AND name = 'idleTime'
      AND CAST(value AS INTEGER) BETWEEN 1 AND 600
  ) AS pass;
