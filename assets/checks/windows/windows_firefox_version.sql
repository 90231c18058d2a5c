-- Purpose: every installed Firefox has at least a given version.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: 143.0 is the least version that passes.
-- May be wrong: a computer without Firefox fails. The list of programs may lag behind an update
--   that Firefox made itself.
SELECT COALESCE((
  SELECT MIN(COALESCE(version >= '143.0', 0))
  FROM programs
  WHERE name LIKE 'Mozilla Firefox%'
), 0) AS pass;
