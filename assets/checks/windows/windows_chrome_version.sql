-- Purpose: Google Chrome has at least a given version.
-- Platform: Windows 10 22H2 and later, 64-bit, with Okta Verify 6.7 or later.
-- Set: 140.0.7339.80 is the least version that passes.
-- May be wrong: a computer without Chrome fails, and a copy that a person installed for themselves
--   is not seen. A browser that was updated but not restarted still runs its old version.
SELECT EXISTS(
  SELECT 1
  FROM file
  WHERE path = 'C:\Program Files\Google\Chrome\Application\chrome.exe'
    AND product_version >= '140.0.7339.80'
) AS pass;
