-- Purpose: Google Chrome has at least a given version.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: 140.0.7339.80 is the least version that passes.
-- May be wrong: a Mac without Google Chrome fails, and a copy in another folder is not seen. A
--   browser that was updated but not restarted still runs its old version. One file is read
--   instead of the table apps, which reads every application.
SELECT EXISTS(
  SELECT 1
  FROM plist
  WHERE path = '/Applications/Google Chrome.app/Contents/Info.plist'
    AND key = 'CFBundleShortVersionString'
    AND value COLLATE version >= '140.0.7339.80'
) AS pass;
