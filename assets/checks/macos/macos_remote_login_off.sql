-- Purpose: remote login (SSH) is off.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: an SSH server that somebody started by hand, or of another maker, is not seen.
SELECT EXISTS(
  SELECT 1
  FROM sharing_preferences
  WHERE remote_login = 0
) AS pass;
