"""One recording: what was recorded, how it moved, in which gait, and what is kept of it."""
