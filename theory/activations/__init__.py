"""The ledger of activations: one file per function, its definition and then every claim about it."""
