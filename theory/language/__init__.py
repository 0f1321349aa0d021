"""The words that statements are written in: activations, matrices, domains, statements, claims."""
