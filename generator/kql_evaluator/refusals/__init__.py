"""What the engine refuses although the language service binds it, found on the bound tree."""
