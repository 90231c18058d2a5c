-- Purpose: none of the named programs is installed; here, software for remote control.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: how the names of the programs begin.
-- May be wrong: a program that runs without being installed is not seen.
SELECT COALESCE((
  SELECT MIN(COALESCE(name NOT LIKE 'TeamViewer%' AND name NOT LIKE 'AnyDesk%', 0))
  FROM programs
), 0) AS pass;
