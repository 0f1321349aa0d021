"""LaTeX documents of claims: fragments for papers, and a summary that stands alone."""
