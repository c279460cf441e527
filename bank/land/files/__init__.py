"""Files of land: reading shapes and tables that are given, writing layers that are taken out."""
