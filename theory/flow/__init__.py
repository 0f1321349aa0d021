"""The ledger of gradient flow: one file per subject."""
