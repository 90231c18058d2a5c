-- Purpose: the volume that holds people's files is encrypted by FileVault.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: APFS has many volumes; this looks at the one mounted at /System/Volumes/Data and
--   at no external disk. How the two tables name it is read from osquery's source: try it on one
--   Mac before you rely on it.
SELECT EXISTS(
  SELECT 1
  FROM mounts AS m
  JOIN disk_encryption AS d ON d.name = m.device
  WHERE m.path = '/System/Volumes/Data'
    AND d.filevault_status = 'on'
) AS pass;
