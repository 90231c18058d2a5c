-- Purpose: Windows Security finds automatic updates in order.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it tells the setting, not whether the last updates are installed: see
--   windows_os_version. Updates by a server of your own may count as not monitored.
SELECT EXISTS(
  SELECT 1
  FROM windows_security_center
  WHERE autoupdate = 'Good'
) AS pass;
