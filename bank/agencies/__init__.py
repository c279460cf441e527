"""Agencies (策划评估线上超市): their application, admission, directory and ratings."""
