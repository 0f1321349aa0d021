"""What is true of activation functions and gradient flow, and why: gradproof's theory room."""
