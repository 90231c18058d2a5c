-- Purpose: no local account but the named ones is in the group Administrators (S-1-5-32-544).
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: Administrator and itadmin are the accounts that may be; mind that Windows may have another
--   name for the first.
-- May be wrong: domain and Entra accounts and groups among the administrators are not seen:
--   osquery tells local accounts.
SELECT COALESCE((
  SELECT MIN(COALESCE(u.username IN ('Administrator', 'itadmin'), 0))
  FROM user_groups AS g
  LEFT JOIN users AS u ON u.uid = g.uid
  WHERE g.gid = 544
), 0) AS pass;
