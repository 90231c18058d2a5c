-- Purpose: a program that everybody needs is installed; here, 1Password.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: the name as Windows lists it, and the publisher.
-- May be wrong: names and publishers differ between installers, and any installer can claim them:
--   look at one of your computers first.
SELECT EXISTS(
  SELECT 1
  FROM programs
  WHERE name = '1Password'
    AND publisher LIKE 'AgileBits%'
) AS pass;
