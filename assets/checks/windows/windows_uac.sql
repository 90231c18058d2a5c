-- Purpose: User Account Control is on, and administrators are asked.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: how it asks (with or without the secure desktop) is not looked at. A change needs
--   a restart to count.
SELECT
  EXISTS(
    SELECT 1 FROM registry
    WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\EnableLUA'
      AND CAST(data AS INTEGER) = 1
  )
  AND EXISTS(
    SELECT 1 FROM registry
    WHERE path = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\ConsentPromptBehaviorAdmin'
      AND CAST(data AS INTEGER) BETWEEN 1 AND 5
  ) AS pass;
