-- Purpose: BitLocker protects the system drive.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: the drive letter, if Windows lies elsewhere.
-- May be wrong: protection that is paused, as during an update of the firmware, counts as off.
--   Other drives are not looked at. Encryption by software of another maker is not seen.
SELECT EXISTS(
  SELECT 1
  FROM bitlocker_info
  WHERE drive_letter = 'C:'
    AND protection_status = 1
) AS pass;
