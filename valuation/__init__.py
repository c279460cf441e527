"""What an asset is worth: methods that compute it, agencies that stand behind it, appraisals.

`valuation.methods` is pure arithmetic: no database, no clock, no framework.
"""
