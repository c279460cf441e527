"""The ledger in the forms that other programs and people read."""

from ledger.export.audit_check import AuditReport, TamperedFile, check_audit
from ledger.export.audit_file import export_audit
from ledger.export.beancount import export_beancount
from ledger.export.hledger import export_hledger
from ledger.export.spreadsheet_csv import export_csv
from ledger.export.statement import (
    Labels,
    Paper,
    Statement,
    Style,
    Typeface,
    statement_rows,
)
from ledger.export.statement_csv import statement_csv
from ledger.export.statement_pdf import write_statement_pdf
from ledger.export.statement_xlsx import write_statement_xlsx

__all__ = [
    "AuditReport",
    "Labels",
    "Paper",
    "Statement",
    "Style",
    "TamperedFile",
    "Typeface",
    "check_audit",
    "export_audit",
    "export_beancount",
    "export_csv",
    "export_hledger",
    "statement_csv",
    "statement_rows",
    "write_statement_pdf",
    "write_statement_xlsx",
]
