-- Purpose: an application that everybody needs is installed; here, 1Password.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: the folder of the application and its bundle identifier.
-- May be wrong: a copy in another folder is not seen, and whoever may write to the folder can put
--   another program there: the signature is not checked.
SELECT EXISTS(
  SELECT 1
  FROM plist
  WHERE path = '/Applications/1Password.app/Contents/Info.plist'
    AND key = 'CFBundleIdentifier'
    AND value = 'com.1password.1password'
) AS pass;
