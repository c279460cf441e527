"""Control zones (三区三线): versions of layers, their polygons, and what conflicts with them."""
