-- Purpose: each release of Windows has at least a given update level (the number after the build).
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: one line for each release that you allow, with its build and the least revision. Newer
--   releases than the last one pass.
-- May be wrong: a release that is not named fails, also when it still gets updates. Preview builds
--   count as newer releases.
SELECT EXISTS(
  SELECT 1
  FROM os_version
  WHERE (build = '22631' AND revision >= 5624)
    OR (build = '26100' AND revision >= 4652)
    OR (CAST(build AS INTEGER) > 26100 AND revision >= 0)
) AS pass;
