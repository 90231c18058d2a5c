-- Purpose: Secure Boot is on.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: it is what the firmware tells. Computers that start the old way (BIOS) tell
--   nothing and fail.
SELECT EXISTS(
  SELECT 1
  FROM secureboot
  WHERE secure_boot = 1
) AS pass;
