-- Purpose: System Integrity Protection is on.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: single protections may be off while the whole counts as on. Okta Verify does not
--   run custom checks without it, so a fail is rare.
SELECT EXISTS(
  SELECT 1
  FROM sip_config
  WHERE config_flag = 'sip'
    AND enabled = 1
) AS pass;
