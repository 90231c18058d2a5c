-- Purpose: Windows Security finds the firewall in order; one of another maker counts, too.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it is the verdict of Windows Security: which profile is off is not told. On
--   Windows Server there is none.
SELECT EXISTS(
  SELECT 1
  FROM windows_security_center
  WHERE firewall = 'Good'
) AS pass;
