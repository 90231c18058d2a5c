-- Purpose: none of the named applications is installed; here, software for remote control.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: the bundle identifiers that are not allowed.
-- May be wrong: the table apps reads every application and may take a second or more. A copy with
--   another identifier, or in a place where macOS does not look, is not seen.
SELECT COALESCE((
  SELECT MIN(COALESCE(bundle_identifier NOT IN (
    'com.teamviewer.TeamViewer',
    'com.philandro.anydesk'
  ), 0))
  FROM apps
), 0) AS pass;
