-- Purpose: screen sharing and remote management are off.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: remote control software of another maker is not seen: see macos_unwanted_apps.
SELECT EXISTS(
  SELECT 1
  FROM sharing_preferences
  WHERE screen_sharing = 0
    AND remote_management = 0
) AS pass;
