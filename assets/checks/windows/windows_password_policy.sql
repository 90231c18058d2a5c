-- Purpose: the local security policy asks for long and complex passwords.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: 12 is the least number of characters.
-- May be wrong: passwords from before the policy stay. Domain and Entra accounts have rules of
--   their own.
SELECT EXISTS(
  SELECT 1
  FROM security_profile_info
  WHERE minimum_password_length >= 12
    AND password_complexity = 1
) AS pass;
