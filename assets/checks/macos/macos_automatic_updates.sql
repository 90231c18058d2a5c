-- Purpose: a management profile turns on all four steps of automatic updates.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: a person may have turned them on without a profile, which is not seen. Settings by
--   declaration, as newer macOS prefers them, are not seen either.
SELECT COUNT(DISTINCT name) = 4 AS pass
FROM managed_policies
WHERE domain = 'com.apple.SoftwareUpdate'
  AND username = ''
  AND name IN (
    'AutomaticCheckEnabled',
    'AutomaticDownload',
    'AutomaticallyInstallMacOSUpdates',
    'CriticalUpdateInstall'
  )
  AND value IN ('1', 'true');
