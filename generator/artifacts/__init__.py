"""ARM and Bicep writings of the canonical rule, and the folder that holds them."""
