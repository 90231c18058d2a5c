-- Purpose: the guest account is disabled.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- May be wrong: another account without a password is not seen.
SELECT EXISTS(
  SELECT 1
  FROM security_profile_info
  WHERE enable_guest_account = 0
) AS pass;
