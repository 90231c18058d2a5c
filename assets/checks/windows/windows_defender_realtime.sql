-- Purpose: Microsoft Defender Antivirus itself is on.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: beside an antivirus of another maker Defender is off on purpose: then use
--   windows_antivirus. Exclusions are not looked at.
SELECT EXISTS(
  SELECT 1
  FROM windows_security_products
  WHERE type = 'Antivirus'
    AND name IN ('Microsoft Defender Antivirus', 'Windows Defender')
    AND state = 'On'
) AS pass;
