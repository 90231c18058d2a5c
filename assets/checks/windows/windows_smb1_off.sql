-- Purpose: the Windows feature SMB 1 is disabled or absent.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: a Windows that does not list the feature at all fails: there is no telling it from
--   a list that can't be read.
SELECT EXISTS(
  SELECT 1
  FROM windows_optional_features
  WHERE name = 'SMB1Protocol'
    AND state IN (2, 3)
) AS pass;
