-- Purpose: Windows refuses connections by Remote Desktop.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: a group policy, kept elsewhere in the registry, may override it. Remote control
--   software of another maker is not seen: see windows_unwanted_apps.
SELECT EXISTS(
  SELECT 1
  FROM registry
  WHERE path = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server\fDenyTSConnections'
    AND CAST(data AS INTEGER) = 1
) AS pass;
