"""Teams: several roles on one task. What each hands over, who contradicts whom, and the record of a team's run."""
