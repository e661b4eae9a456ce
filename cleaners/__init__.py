"""Pure functions that mend Chinese text and account for every change. No files, no clock, no network."""
