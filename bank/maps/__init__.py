"""Maps of the land: what is in view, outlines, totals of towns and villages, vector tiles."""
