"""Appraisal reports (资产评估报告) as PDF: what one says, and how it is set."""
