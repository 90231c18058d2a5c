-- Purpose: Firefox has at least a given version.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: 143.0 is the least version that passes.
-- May be wrong: a Mac without Firefox fails, and a copy in another folder is not seen. A browser
--   that was updated but not restarted still runs its old version. One file is read instead of the
--   table apps, which reads every application.
SELECT EXISTS(
  SELECT 1
  FROM plist
  WHERE path = '/Applications/Firefox.app/Contents/Info.plist'
    AND key = 'CFBundleShortVersionString'
    AND value COLLATE version >= '143.0'
) AS pass;
