-- Purpose: the machine inactivity limit locks the screen.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: 900 is the most idle time in seconds.
-- May be wrong: a screen saver with a password, or a lock by Bluetooth or by a person's own
--   settings, is not seen.
SELECT EXISTS(
  SELECT 1
  FROM registry
  WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\InactivityTimeoutSecs'
    AND CAST(data AS INTEGER) BETWEEN 1 AND 900
) AS pass;
