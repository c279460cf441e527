"""Appraisals (评估): what an asset is worth, by which methods, and which one counts."""
