-- Purpose: secure boot is on.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: it counts reduced security as on, too. Older Intel Macs without a T2 chip tell
--   nothing and fail.
SELECT EXISTS(
  SELECT 1
  FROM secureboot
  WHERE secure_boot = 1
) AS pass;
