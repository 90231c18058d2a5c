-- Purpose: the definitions of XProtect have at least a given version.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: 5300 is the least version that passes.
-- May be wrong: from macOS 15 on there are two copies, and one that is new enough is taken for
--   good. A version tells nothing about whether a scan has run.
SELECT EXISTS(
  SELECT 1
  FROM plist
  WHERE path IN (
      '/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info.plist',
      '/private/var/protected/xprotect/XProtect.bundle/Contents/Info.plist'
    )
    AND key = 'CFBundleShortVersionString'
    AND CAST(value AS INTEGER) >= 5300
) AS pass;
