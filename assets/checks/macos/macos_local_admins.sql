-- Purpose: nobody but the named accounts is in the group admin.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: root and itadmin are the accounts that may be.
-- May be wrong: membership through another group is not seen. A member whose account is unknown to
--   the Mac, such as a network account, fails.
SELECT COALESCE((
  SELECT MIN(COALESCE(u.username IN ('root', 'itadmin'), 0))
  FROM user_groups AS g
  LEFT JOIN users AS u ON u.uid = g.uid
  WHERE g.gid = 80
), 0) AS pass;
