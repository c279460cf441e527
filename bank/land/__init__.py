"""Land: divisions, parcels, their polygons, and what a parcel's place is checked against."""
