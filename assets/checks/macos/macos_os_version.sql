-- Purpose: macOS has at least a given version.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: 15.6 is the least version that passes.
-- May be wrong: an older macOS that still gets security updates fails. Rapid security responses
--   are not part of the version.
SELECT EXISTS(
  SELECT 1
  FROM os_version
  WHERE version COLLATE version >= '15.6'
) AS pass;
