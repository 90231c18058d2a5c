-- Purpose: Windows LAPS keeps the local administrator's password in Entra ID (1) or Active
--   Directory (2).
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it reads the setting by MDM and by group policy, not whether the last change of
--   the password worked. The older LAPS (AdmPwd) is not seen.
SELECT EXISTS(
  SELECT 1
  FROM registry
  WHERE path IN (
      'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Policies\LAPS\BackupDirectory',
      'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS\BackupDirectory'
    )
    AND CAST(data AS INTEGER) IN (1, 2)
) AS pass;
