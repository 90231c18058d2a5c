-- Purpose: Gatekeeper assesses applications.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: a single application may have been let through by hand. Without a status file
--   macOS counts as on.
SELECT EXISTS(
  SELECT 1
  FROM gatekeeper
  WHERE assessments_enabled = 1
) AS pass;
