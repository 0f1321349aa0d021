"""gradproof: Whether it survives: claims attacked on exact instances, where floats propose and exact arithmetic decides."""
