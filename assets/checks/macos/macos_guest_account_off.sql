-- Purpose: a management profile turns off the guest account.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- May be wrong: a guest account that a person turned off without a profile counts as a fail.
SELECT EXISTS(
  SELECT 1
  FROM managed_policies
  WHERE domain = 'com.apple.MCX'
    AND username = ''
    AND name = 'DisableGuestAccount'
    AND value IN ('1', 'true')
) AS pass;
