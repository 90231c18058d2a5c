-- Purpose: the agent of SentinelOne runs as root from its own folder.
-- Platform: macOS 14.4 and later, with Okta Verify 9.39 or later.
-- Set: the name and folder of the agent, if those of your version differ. It fits every agent that
--   has a process of its own.
-- May be wrong: whoever is root can start a program of this name in this place. An agent that has
--   just been started or updated may be missed.
SELECT EXISTS(
  SELECT 1
  FROM processes
  WHERE name = 'sentineld'
    AND path LIKE '/Library/Sentinel/%'
    AND uid = 0
) AS pass;
